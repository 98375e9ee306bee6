"""Registers what this distribution brings."""

from __future__ import annotations

from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_sources() -> list[ProcessorSpec]:
    """The source ``jsonl``."""
    return [ProcessorSpec("jsonl", "etl_host_json.source:JSONLinesSourceBatchProcessor", "Objects of JSON Lines.")]


@hookimpl
def etl_host_sinks() -> list[ProcessorSpec]:
    """The sink ``jsonl``."""
    return [ProcessorSpec("jsonl", "etl_host_json.sink:JSONLinesSinkBatchProcessor", "A file of JSON Lines.")]
