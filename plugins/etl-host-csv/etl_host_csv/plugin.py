"""Registers what this distribution brings."""

from __future__ import annotations

from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_sources() -> list[ProcessorSpec]:
    """The source ``csv``."""
    return [ProcessorSpec("csv", "etl_host_csv.source:CSVBatchProcessor", "Rows of CSV files.")]


@hookimpl
def etl_host_sinks() -> list[ProcessorSpec]:
    """The sink ``csv``."""
    return [ProcessorSpec("csv", "etl_host_csv.sink:CSVSinkBatchProcessor", "A CSV file.")]
