"""CSV files as sources and sinks of etl-host, and what other sources of text files build on."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host_csv.consumed import Consumed
    from etl_host_csv.lines import Lines
    from etl_host_csv.records import Records, RecordTable
    from etl_host_csv.sink import CSVSinkBatchProcessor
    from etl_host_csv.source import CSVBatchProcessor
    from etl_host_csv.text_source import TextSource, opened_lines

_HOMES = {
    "CSVBatchProcessor": "source",
    "CSVSinkBatchProcessor": "sink",
    "Consumed": "consumed",
    "Lines": "lines",
    "RecordTable": "records",
    "Records": "records",
    "TextSource": "text_source",
    "opened_lines": "text_source",
}

__all__ = [
    "CSVBatchProcessor",
    "CSVSinkBatchProcessor",
    "Consumed",
    "Lines",
    "RecordTable",
    "Records",
    "TextSource",
    "opened_lines",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)  # not to list plugins: imports all that it needs
