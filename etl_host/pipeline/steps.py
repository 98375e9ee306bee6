"""Makes what a pipeline file names, with what the registry knows."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl_host.core.errors import EtlHostError
from etl_host.pipeline.conversion import Surroundings
from etl_host.pipeline.model import Use
from etl_host.pipeline.problems import Problems, with_remedy
from etl_host.pipeline.signature import SignatureError
from etl_host.pipeline.step import Step
from etl_host.pipeline.variables import Variables
from etl_host.registry.errors import UnknownPlugin
from etl_host.registry.loaded import LoadedSpec
from etl_host.registry.lookup import Registry


@dataclass(frozen=True)
class Steps:
    """The steps of one pipeline, each made once. ``plugins``: versions, by distribution, of those used."""

    registry: Registry
    variables: Variables
    surroundings: Surroundings
    problems: Problems
    plugins: dict[str, str] = field(default_factory=dict)
    _steps: dict[Use, Step | None] = field(default_factory=dict)

    def step(self, use: Use) -> Step | None:
        """The step for ``use``; None, and a problem noted, where its plugin can't be used."""
        if use not in self._steps:
            self._steps[use] = self._new_step(use)
        return self._steps[use]

    def _new_step(self, use: Use) -> Step | None:
        if not use.name:
            return None  # noted where it was read
        try:
            spec = self._spec(use)
            self.plugins[spec.plugin.distribution] = spec.plugin.version
            return Step(use, spec.target(), self.variables, self.surroundings, self.problems)
        except EtlHostError as error:
            self.problems.add(error.code, with_remedy(error), use.place)
        except SignatureError as error:
            self.problems.add("broken-plugin", str(error), use.place)
        return None

    def _spec(self, use: Use) -> LoadedSpec:
        if "${" in use.name:
            raise UnknownPlugin(f"the name of a {use.kind} can't be a variable")
        return self.registry.lookup(use.kind, use.name)
