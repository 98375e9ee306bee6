"""Rows checked by pydantic models."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host_pydantic.validation import ValidationBatchProcessor

__all__ = ["ValidationBatchProcessor"]

_HOMES = {"ValidationBatchProcessor": "validation"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
