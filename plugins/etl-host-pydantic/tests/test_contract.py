from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from etl_host.testing import ValidatorContract
from etl_host_pydantic import ValidationBatchProcessor


class Service(BaseModel):
    id: int
    start: date


class TestPydantic(ValidatorContract):
    plugin = "etl_host_pydantic.plugin"
    name = "pydantic"
    processor = ValidationBatchProcessor
    rows = tuple({"id": str(n), "start": f"2026-11-0{n}"} for n in range(1, 8))
    bad_rows = ({"id": "no number", "start": "2026-11-01"}, {"id": "9"}, {"id": "10", "start": "2026-02-30"})

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        return {"model": Service}
