"""What this distribution brings to etl-host."""

from __future__ import annotations

from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_reporters() -> list[ProcessorSpec]:
    return [ProcessorSpec("console", "etl_host_console.reporter:ConsoleReporter", "Progress and summary on stderr.")]
