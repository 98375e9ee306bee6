"""For authors of plugins: contracts that a processor must keep, and fakes to test it with. Needs pytest.

Subclass the contract of its kind, say which processor it is and what to give it, and pytest runs the checks::

    class TestJSONLines(SourceContract):
        plugin = "etl_host_jsonl.plugin"
        name = "jsonl"
        processor = JSONLinesSource
        rows = [{"id": 1}, {"id": 2}, {"id": 3}]

        @pytest.fixture
        def options(self, tmp_path: Path) -> dict[str, str]:
            ...

These are the public names; everything else may change.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from etl_host.testing.connection_contract import ConnectionContract
    from etl_host.testing.contract import PluginContract
    from etl_host.testing.draining import drain, rows_of
    from etl_host.testing.fake_task import CollectedRejects, FakeTask
    from etl_host.testing.memory_sink import MemorySink
    from etl_host.testing.memory_target import MemoryTarget
    from etl_host.testing.recording_reporter import RecordingReporter
    from etl_host.testing.reporter_contract import ReporterContract
    from etl_host.testing.rows_source import RowsSource, SourceFailed
    from etl_host.testing.sink_contract import SinkContract
    from etl_host.testing.source_contract import SourceContract
    from etl_host.testing.store_contract import CheckpointStoreContract
    from etl_host.testing.validator_contract import ValidatorContract

_HOMES = {
    "connection_contract": "ConnectionContract",
    "contract": "PluginContract",
    "draining": "drain rows_of",
    "fake_task": "CollectedRejects FakeTask",
    "memory_sink": "MemorySink",
    "memory_target": "MemoryTarget",
    "recording_reporter": "RecordingReporter",
    "reporter_contract": "ReporterContract",
    "rows_source": "RowsSource SourceFailed",
    "sink_contract": "SinkContract",
    "source_contract": "SourceContract",
    "store_contract": "CheckpointStoreContract",
    "validator_contract": "ValidatorContract",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "CheckpointStoreContract",
    "CollectedRejects",
    "ConnectionContract",
    "FakeTask",
    "MemorySink",
    "MemoryTarget",
    "PluginContract",
    "RecordingReporter",
    "ReporterContract",
    "RowsSource",
    "SinkContract",
    "SourceContract",
    "SourceFailed",
    "ValidatorContract",
    "drain",
    "rows_of",
]

# So that a check that fails shows the values that it compared. Has to be said before the modules are imported.
pytest.register_assert_rewrite(*(f"{__name__}.{module.name}" for module in iter_modules(__path__)))


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
