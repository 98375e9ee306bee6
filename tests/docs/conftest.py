"""Makes what builds the pages known to their tests, as ``docs`` is no package that is installed."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
