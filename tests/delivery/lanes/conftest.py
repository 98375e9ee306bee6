from __future__ import annotations

import pytest

pytest.register_assert_rewrite("killed_loads")


@pytest.fixture(autouse=True)
def _in_no_time(retries_without_pauses: None) -> None: ...
