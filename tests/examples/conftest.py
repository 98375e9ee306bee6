"""The example pipelines' own modules, loaded by their paths as a pipeline loads them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def models() -> Iterator[ModuleType]:
    """The models of the GTFS example."""
    spec = spec_from_file_location("gtfs_example_models", EXAMPLES / "gtfs" / "models.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # pydantic looks there for the names in annotations
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]
