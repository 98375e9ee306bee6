"""JSON Lines files as sources and sinks of etl-host."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host_json.sink import JSONLinesSinkBatchProcessor
    from etl_host_json.source import JSONLinesSourceBatchProcessor

_HOMES = {"JSONLinesSinkBatchProcessor": "sink", "JSONLinesSourceBatchProcessor": "source"}

__all__ = ["JSONLinesSinkBatchProcessor", "JSONLinesSourceBatchProcessor"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)  # not to list plugins: imports all that it needs
