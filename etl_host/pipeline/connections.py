"""The connections of a pipeline: declared in the file, or chosen for this run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from etl_host.core.checkpoint import Run
from etl_host.core.connection import Connection
from etl_host.core.errors import EtlHostError
from etl_host.pipeline.model import Use
from etl_host.pipeline.nodes import Scalar
from etl_host.pipeline.problems import PipelineError, with_remedy
from etl_host.pipeline.step import Step
from etl_host.pipeline.steps import Steps
from etl_host.registry.errors import RegistryError
from etl_host.registry.suggestions import did_you_mean

Choices: TypeAlias = Mapping[str, str | Connection]
"""Connections chosen for one run, by name: a kind, or the connection itself."""


@dataclass(frozen=True)
class Connections:
    """``declared`` by the file, and ``chosen`` for this run, which counts more; made of ``settings`` where need be."""

    declared: Mapping[str, Use]
    chosen: Choices
    settings: Mapping[str, str]
    steps: Steps

    def replaces(self, use: Use) -> bool:
        """Whether that declaration doesn't count in this run, since another kind is chosen."""
        return any(
            use is declared and name in self.chosen and self.chosen[name] != use.name
            for name, declared in self.declared.items()
        )

    def made(self, run: Run) -> dict[str, Connection]:
        """The connections that are declared or chosen, by name; none is open. Raises EtlHostError."""
        return {name: self._made(name, run) for name in {**self.declared, **self.chosen}}

    def _made(self, name: str, run: Run) -> Connection:
        choice, use = self.chosen.get(name), self.declared.get(name)
        if choice is not None and not isinstance(choice, str):
            return choice
        if use is None or self.replaces(use):
            target: Any = self.steps.registry.lookup("connection", str(choice)).target()
            return cast(Connection, target.from_settings(self.settings, name))
        if (step := self.steps.step(use)) is None:
            raise self.steps.problems.error()
        return cast(Connection, step.make(run))

    def check(self, run: Run) -> None:
        """Note a problem for each choice that can't stand where it is chosen, or can't be made."""
        problems = self.steps.problems
        for name, choice in self.chosen.items():
            if isinstance(choice, str) and self._fits(name, choice):
                try:
                    self._made(name, run)
                except PipelineError:
                    continue  # it is noted
                except EtlHostError as error:
                    problems.add(error.code, with_remedy(error))

    def check_named(self, step: Step) -> None:
        """Note a problem where the option ``connection`` names none that there is."""
        node = step.options.get("connection")
        if not isinstance(node, Scalar) or not isinstance(node.value, str) or "${" in node.value:
            return
        name = node.value
        known = [*self.declared, *self.chosen]
        if name in known:
            return
        try:
            self.steps.registry.lookup("connection", name)
        except RegistryError:
            remedy = did_you_mean(name, known) or "; declare it under connections"
            self.steps.problems.add("unknown-connection", f"there is no connection {name}{remedy}", node.place)

    def _fits(self, name: str, kind: str) -> bool:
        registry, use = self.steps.registry, self.declared.get(name)
        problems = self.steps.problems
        try:
            wanted = use.name if use else registry.lookup("connection", name).spec.name
            spec = registry.lookup("connection", kind).spec
        except RegistryError as error:
            problems.add(error.code, f"{name}={kind}: {error}{did_you_mean(name, self.declared)}")
            return False
        if kind == wanted or spec.stands_in_for == wanted:
            return True
        message = f"connection {name} is of kind {wanted}, in whose place {kind} can't be used"
        problems.add("wrong-connection", message, use.place if use else None)
        return False
