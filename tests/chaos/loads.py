"""A load that is interrupted, by whatever means, and what there is to see of it in the end."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.outcome import Outcome, driver_to, graph_of, rejects_of
from tests.chaos.pipelines import CONSTRAINTS, SEQUENTIAL, Kind, write_pipeline
from tests.chaos.processes import Process, start

REJECTS = 3  # exit codes
LOCKED = 6
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Chaos:
    """What is to happen to an attempt; by default nothing.

    ``mutant``: which one is loaded. ``window``, ``occurrence`` and ``signal``: what it sends itself, and when.
    ``silence``: seconds after which a silent process is taken for lost, and is watched for.
    """

    window: str = ""
    occurrence: int = 1
    signal: int = signal.SIGKILL
    mutant: str = ""
    silence: float = 0.0


@dataclass
class Load:
    """A pipeline in ``folder``, to be started again and again. ``settings`` name its database; none: embedded.

    The database is emptied first. ``cuts``: how often its connection was cut.
    """

    folder: Path
    settings: Mapping[str, str]
    kind: Kind = SEQUENTIAL
    started: list[Process] = field(default_factory=list)
    cuts: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_pipeline(self.folder, self.kind)
        with driver_to(self.folder, self.settings) as (driver, database):
            for statement in ["MATCH (n) DETACH DELETE n", *(CONSTRAINTS if self.kind.unique else [])]:
                driver.execute_query(statement, database_=database)

    def start(self, batch_size: int, chaos: Chaos = Chaos(), *options: str, uri: str = "") -> Process:
        """Start an attempt, with the database behind ``uri`` if given; ``options``: further ones of the command."""
        number = len(self.started)
        process = start(
            arguments=[
                *(
                    "run",
                    "pipeline.yaml",
                    "--quiet",
                    "--traceback",
                    "--batch-size",
                    str(batch_size),
                    "--rejects-dir",
                    "rejects",
                ),
                *("--summary-json", f"summary{number}.json", *options),
                *([] if self.settings else ["--embedded"]),
            ],
            folder=str(self.folder),
            environment={**self.settings, **({"NEO4J_URI": uri} if uri else {})},
            errors=f"stderr{number}.txt",
            chaos=asdict(chaos),
        )
        self.started.append(process)
        return process

    def attempt(self, batch_size: int, chaos: Chaos = Chaos(), *options: str, uri: str = "") -> int:
        """Start an attempt and wait for its end; the exit code, negative for a signal."""
        return self.start(batch_size, chaos, *options, uri=uri).wait()

    def outcome(self, attempt: int = -1) -> Outcome:
        """What there is now, with the counts of that attempt, by default the last; it has ended."""
        number = attempt % len(self.started)
        summary: dict[str, Any] = json.loads((self.folder / f"summary{number}.json").read_text())
        for task in summary["tasks"]:  # the wipe counts the record of an attempt that had committed nothing, too
            task["statistics"].pop("nodes_deleted", None)
        counted: dict[str, Any] = {
            task["name"]: [task["status"], task["statistics"], task["balance"], task["rejects"]["rows"]]
            for task in summary["tasks"]
        }
        counted["run"] = [summary["status"], summary["exit_code"], summary["guarantee"]]
        return Outcome(graph_of(self.folder, self.settings), rejects_of(self.folder / "rejects"), counted)

    @property
    def port(self) -> int:
        """Where its server listens."""
        return int(self.settings["NEO4J_URI"].rpartition(":")[2])

    @property
    def kills(self) -> int:
        """How many of its processes, which have all ended, died of ``kill -9``."""
        return sum(process.wait() == KILLED for process in self.started)

    def said(self, attempt: int = -1) -> str:
        """The end of what an attempt that has ended wrote to stderr."""
        number = attempt % len(self.started)
        return (self.folder / f"stderr{number}.txt").read_text()[-600:]

    def kill(self) -> None:
        """End what may still run, as after a failure."""
        for process in self.started:
            process.kill()
            process.wait()
