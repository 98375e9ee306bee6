"""CSV files as sources of etl-host."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host_csv.source import CSVBatchProcessor

__all__ = ["CSVBatchProcessor"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from etl_host_csv.source import CSVBatchProcessor  # not to list plugins: imports all that reads CSV

    return CSVBatchProcessor
