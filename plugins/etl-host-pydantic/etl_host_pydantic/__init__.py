"""Rows checked by pydantic models."""

from __future__ import annotations

from etl_host_pydantic.validation import ValidationBatchProcessor

__all__ = ["ValidationBatchProcessor"]
