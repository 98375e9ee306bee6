from __future__ import annotations

from hypothesis import settings

# No deadline: what else runs on the machine is no property of the code.
settings.register_profile("etl-host", max_examples=50, deadline=None)
settings.load_profile("etl-host")
