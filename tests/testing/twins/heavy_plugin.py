"""A plugin whose module imports what it should not."""

from __future__ import annotations

import yaml

from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_sources() -> list[ProcessorSpec]:
    assert yaml.__version__
    return [ProcessorSpec("OfHeavyPlugin", "tests.testing.twins.sources:OfHeavyPlugin", "Made for a test.")]
