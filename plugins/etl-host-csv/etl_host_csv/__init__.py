"""CSV files as sources of etl-host."""

from __future__ import annotations

from etl_host_csv.source import CSVBatchProcessor

__all__ = ["CSVBatchProcessor"]
