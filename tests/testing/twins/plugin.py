"""The plugin that offers all twins but two."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from etl_host import ProcessorSpec, hookimpl

ELSEWHERE = {"NotOffered", "OfHeavyPlugin"}


@hookimpl
def etl_host_sources() -> list[ProcessorSpec]:
    from tests.testing.twins import lines, sources

    return _specs(sources, lines.Lines, lines.InZone)


@hookimpl
def etl_host_validators() -> list[ProcessorSpec]:
    from tests.testing.twins import validators

    return _specs(validators, validators.Increments, validators.Unique)


@hookimpl
def etl_host_sinks() -> list[ProcessorSpec]:
    from etl_host.testing import MemorySink
    from tests.testing.twins import sinks

    return [*_specs(sinks, sinks.Writes), ProcessorSpec("MemorySink", MemorySink, "A fake.")]


@hookimpl
def etl_host_reporters() -> list[ProcessorSpec]:
    from etl_host.testing import RecordingReporter
    from tests.testing.twins import reporters

    return [*_specs(reporters, reporters.Speaks), ProcessorSpec("RecordingReporter", RecordingReporter, "A fake.")]


@hookimpl
def etl_host_connections() -> list[ProcessorSpec]:
    from tests.testing.twins import connections

    return _specs(connections, connections.Notes, connections.NeedsNothing)


def _specs(module: ModuleType, *right: type) -> list[ProcessorSpec]:
    classes: Iterable[Any] = [*right, *(twin for twins in module.TWINS.values() for twin in twins)]
    return [
        ProcessorSpec(each.__name__, each, "Made for a test.") for each in classes if each.__name__ not in ELSEWHERE
    ]
