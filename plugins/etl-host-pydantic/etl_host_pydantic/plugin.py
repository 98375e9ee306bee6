"""What this distribution brings to etl-host."""

from __future__ import annotations

from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_validators() -> list[ProcessorSpec]:
    return [
        ProcessorSpec(
            "pydantic", "etl_host_pydantic.validation:ValidationBatchProcessor", "Checks rows with a pydantic model."
        )
    ]
