"""CSV files as sources and sinks of etl-host."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host_csv.sink import CSVSinkBatchProcessor
    from etl_host_csv.source import CSVBatchProcessor

_HOMES = {"CSVBatchProcessor": "source", "CSVSinkBatchProcessor": "sink"}

__all__ = ["CSVBatchProcessor", "CSVSinkBatchProcessor"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)  # not to list plugins: imports all that it needs
