"""What a plugin says about one of its processors."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Literal, TypeAlias

from etl_host.registry.importing import import_path

Kind: TypeAlias = Literal["source", "validator", "sink", "reporter", "connection", "task"]

KINDS: Final[dict[str, Kind]] = {
    "etl_host_sources": "source",
    "etl_host_validators": "validator",
    "etl_host_sinks": "sink",
    "etl_host_reporters": "reporter",
    "etl_host_connections": "connection",
    "etl_host_tasks": "task",
}
"""The kind of processor that each hook registers."""

_NAME = re.compile(r"\w[\w.-]*")
_TARGET = re.compile(r"\w+(\.\w+)*:\w+(\.\w+)*")


@dataclass(frozen=True)
class ProcessorSpec:
    """One processor (or reporter, connection, kind of task) that a plugin registers.

    ``name``: how pipeline files call it, unique among its kind; letters, digits, ``_``, ``-`` and ``.``.
    ``target``: ``"etl_host_csv.source:CSVBatchProcessor"``, imported only when a pipeline uses it, or the
    class itself. ``summary``: one sentence for listings. ``stands_in_for``: of a connection, the kind in
    whose place it may be used.

    Raises ValueError where a name or target is malformed, TypeError where it is something else altogether.
    """

    name: str
    target: str | Callable[..., Any]
    summary: str
    _: KW_ONLY
    stands_in_for: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not isinstance(self.summary, str):
            raise TypeError(f"name and summary of a processor are strings: {self.name!r}, {self.summary!r}")
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"a processor can't be called {self.name!r}: letters, digits, _, - and . only")
        if isinstance(self.target, str):
            if not _TARGET.fullmatch(self.target):
                raise ValueError(f'the target of {self.name} is {self.target!r}, not "module:Class"')
        elif not callable(self.target):
            raise TypeError(f"the target of {self.name} is {self.target!r}, no class nor its path")

    def load(self) -> Callable[..., Any]:
        """The class, imported now if it isn't yet.

        Raises whatever its module raises, and ImportError where it has no such class.
        """
        if not isinstance(self.target, str):
            return self.target
        target: Callable[..., Any] = import_path(self.target)
        if not callable(target):
            raise TypeError(f"{self.target} is {target!r}, which is no class")
        return target
