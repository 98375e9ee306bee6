"""The record of one plugin: what it is, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from etl_host.registry.spec import Kind, ProcessorSpec

State: TypeAlias = Literal["found", "ok", "disabled", "incompatible", "conflict", "broken"]
Specs: TypeAlias = Mapping[Kind, Sequence[ProcessorSpec]]


def normalise(name: str) -> str:
    """``name`` as package indexes compare names: ``ETL_Host.CSV`` is ``etl-host-csv``."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(eq=False)
class Plugin:
    """One entry point of an installed distribution.

    ``value``: what the entry point names, ``module`` or ``module:attribute``. ``location``: the folder that
    it comes from; of an editable installation its ``source``, which is "" for any other. ``requires``: the
    Requires-Dist lines. ``answers_to``: the normalised names by which it can be disabled or allowed.

    ``state``: "found" as long as nobody needed it, then "ok"; or one of the others, with ``reason`` and
    ``remedy``, and ``error`` where an exception is the reason. ``notes``: what is odd and yet no hindrance.
    ``specs``: what it offers; before it is loaded, what its source declares, None where only loading can
    tell. ``seconds``: how long its code took, and what it ``printed`` meanwhile.
    """

    name: str
    distribution: str
    version: str = ""
    value: str = ""
    summary: str = ""
    location: str = ""
    source: str = ""
    requires: Sequence[str] = ()
    answers_to: frozenset[str] = frozenset()
    state: State = "found"
    reason: str = ""
    remedy: str = ""
    error: BaseException | None = None
    notes: list[str] = field(default_factory=list)
    specs: Specs | None = None
    seconds: float = 0.0
    printed: str = ""

    def __str__(self) -> str:
        return f"plugin {self.name} of {self.distribution} {self.version}".rstrip()

    @property
    def usable(self) -> bool:
        """Whether it is loaded, or may be tried."""
        return self.state in ("found", "ok")

    def becomes(self, state: State, reason: str = "", remedy: str = "", *, error: BaseException | None = None) -> None:
        """Say what became of it, why, and what to do about it."""
        self.state, self.reason, self.remedy, self.error = state, reason, remedy, error

    def offers(self, kind: Kind) -> Sequence[ProcessorSpec]:
        """What it has of ``kind``, as far as that is known."""
        return (self.specs or {}).get(kind, ())
