"""Makes the shared fixtures known to the tests of the host and of its plugins alike."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

# No deadline: what else runs on the machine is no property of the code.
settings.register_profile("etl-host", max_examples=50, deadline=None)
settings.load_profile("etl-host")

sys.path.insert(0, str(Path(__file__).parent / "tests" / "support"))

# Java is told to start fast rather than to run fast: an embedded graph then takes two thirds of the time.
os.environ.setdefault("ARCADEDB_JVM_ARGS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

pytest_plugins = ["attempt_fixtures", "graph_fixtures"]
