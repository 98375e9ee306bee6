"""What all parts of the benchmark are given."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks.inputs import Inputs
from benchmarks.live import Live
from benchmarks.peer import peer_python
from benchmarks.race import Race
from benchmarks.target import Target
from neo4j_release import NEO4J_5
from neo4j_run import started

JAVA = ("-Xms1g", "-Xmx2g")
"""Unlike in tests, the server is to be fast, not to start fast."""


@dataclass
class Setting:
    """``scale``: a factor of all sizes. Servers and files are made on first use, and gone once it is closed."""

    folder: Path
    rounds: int
    scale: float
    say: Callable[[str], None]
    races: list[Race] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)

    def rows(self, count: int) -> int:
        """How many rows where a whole run has ``count``."""
        return max(10_000, int(count * self.scale))

    def close(self) -> None:
        """Stop the servers."""
        self._open.close()

    @cached_property
    def inputs(self) -> Inputs:
        """The files to load."""
        return Inputs(self.folder)

    @cached_property
    def live(self) -> Live:
        """A Neo4j of its own."""
        self.say(f"starting Neo4j {NEO4J_5.version}")
        home = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        return Live(self._open.enter_context(started(NEO4J_5, home, java=JAVA, page_cache="512m")))

    @cached_property
    def peer(self) -> str:
        """The Python in which neo4j-etl-lib is installed."""
        self.say("installing neo4j-etl-lib")
        return peer_python()
