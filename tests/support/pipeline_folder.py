"""Pipeline files made up by tests, read with the toy plugin only."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from etl_host.pipeline import Pipeline
from etl_host.pipeline.problems import PipelineError, PlacedProblem
from schema_check import misfits
from toy_plugin import toy_registry
from toy_store import Toy, ToyStore


class PipelineFolder:
    """Writes ``pipeline.yaml`` and what it needs into ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / "pipeline.yaml"

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))
        return file

    def load(self, text: str, **choices: Any) -> Pipeline:
        """The pipeline of that text; settings are empty, but for TOY_PLACE, where they are not given."""
        self.file.write_text(dedent(text))
        choices = {"settings": {"TOY_PLACE": str(self.path)}, "registry": toy_registry(), **choices}
        pipeline = Pipeline.from_file(self.file, **choices)
        assert not misfits(self.file, choices["registry"]), "what can be run must fit the schema"
        return pipeline

    def problems(self, text: str, **choices: Any) -> list[str]:
        """What is wrong with that text: ``line:column: message [code]``."""
        with pytest.raises(PipelineError) as caught:
            self.load(text, **choices)
        return [told(problem) for problem in caught.value.problems]

    @property
    def store(self) -> ToyStore:
        """Where ``toy`` loads to."""
        return Toy.stores[str(self.path)]


def told(problem: PlacedProblem) -> str:
    """``line:column: message [code]``, without the place where there is none."""
    place = f"{problem.place.line}:{problem.place.column}: " if problem.place else ""
    return f"{place}{problem.message} [{problem.code}]"
