"""What this distribution brings to etl-host."""

from __future__ import annotations

from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_sources() -> list[ProcessorSpec]:
    """The source ``fixed-width``."""
    return [
        ProcessorSpec(
            "fixed-width", "etl_host_fixed_width.source:FixedWidthBatchProcessor", "Rows of a text in fixed columns."
        )
    ]


@hookimpl
def etl_host_sinks() -> list[ProcessorSpec]:
    """The sink ``fixed-width``."""
    return [
        ProcessorSpec(
            "fixed-width", "etl_host_fixed_width.sink:FixedWidthSinkBatchProcessor", "Rows as text in fixed columns."
        )
    ]
