from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from etl_host.testing import ConnectionContract
from etl_host_arcadedb import ArcadeDBConnection


class TestArcadeDB(ConnectionContract):
    plugin = "etl_host_arcadedb.plugin"
    name = "arcadedb"
    processor = ArcadeDBConnection
    needs_settings = False  # without any it is the graph of the working folder

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"folder": str(tmp_path / "graph")}

    def use_it(self, connection: ArcadeDBConnection) -> None:
        connection.run("RETURN 1")
