"""What a store keeps of a run: how far each task is, and what was counted on the way."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from etl_host.core.batch import Balance, Position, Statistics, add_statistics
from etl_host.core.errors import Fenced


@dataclass(frozen=True)
class CheckpointKey:
    """Whose checkpoint: the run's id, the task's path, and of a task in parts, which part."""

    run: str
    task: str
    partition: int = 0
    bucket: int = 0


@dataclass(frozen=True)
class Run:
    """One run of a pipeline; its id stays the same over all attempts.

    ``owner``: the process that may write, a uuid, for fencing only. ``started``: ISO 8601, UTC. ``plan``: an
    entry of plain JSON for each task, in order. ``parameters``: resolved, without secrets. ``plugins``:
    versions by distribution. ``rejects_dir``: the absolute folder of its rejects. ``process``: which one works on it,
    plain JSON. ``status``: running, success, rejects, failed, interrupted, limited, abandoned.
    """

    FINISHED: ClassVar[frozenset[str]] = frozenset({"success", "rejects", "abandoned"})

    id: str
    pipeline: str
    owner: str
    started: str
    attempt: int = 1
    plan: Sequence[Mapping[str, Any]] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    plugins: Mapping[str, str] = field(default_factory=dict)
    rejects_dir: str = ""
    process: Mapping[str, Any] = field(default_factory=dict)
    status: str = "running"

    @classmethod
    def new(cls, pipeline: str, **details: Any) -> Run:
        """A run that begins now, with an id that sorts by time."""
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
        return cls(name, pipeline, str(uuid4()), now.isoformat(timespec="seconds"), **details)


@dataclass(frozen=True)
class CheckpointState:
    """What is stored beside a checkpoint's position, as JSON; the store does not look into it.

    ``upstream``: counts of source and validators up to the position; ``counted``: those of the sink.
    """

    finished: bool = False
    token: Any = None
    upstream: Statistics = field(default_factory=dict)
    counted: Statistics = field(default_factory=dict)
    balance: Balance = Balance()

    def as_json(self) -> str:
        return json.dumps({"format": 1, **asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> CheckpointState:
        """The state of a checkpoint; that of one just made is the empty string."""
        if not text:
            return cls()
        stored = json.loads(text)
        return cls(
            stored["finished"],
            stored["token"],
            stored["upstream"],
            stored["counted"],
            Balance(**stored["balance"]),
        )

    @property
    def statistics(self) -> dict[str, float]:
        return add_statistics(self.upstream, self.counted)


@dataclass(frozen=True)
class Checkpoint:
    """What a sink commits with the rows of one batch.

    The stored position must be ``start`` and becomes ``position``. ``upstream`` and ``balance`` are totals up
    to ``position``, ``counted`` is what the sink counted before this batch. Where ``commit`` is false, the
    sink does everything and rolls back. ``finished``: there is no more to come.
    """

    key: CheckpointKey
    owner: str
    start: int
    position: Position
    upstream: Statistics
    counted: Statistics
    balance: Balance
    commit: bool = True
    finished: bool = False

    def is_stored(self, owner: str, origin: int) -> bool:
        """Whether this very checkpoint is committed already, by an attempt whose answer was lost.

        ``owner`` and ``origin`` are the stored ones, read after the checkpoint was locked. Raises Fenced
        where they show that another process has taken over.
        """
        if owner != self.owner or origin not in (self.start, self.position.origin):
            raise Fenced(
                f"task {self.key.task} of run {self.key.run} was taken over by another process; "
                "this one wrote nothing since",
                remedy="let the other process finish, or stop it and start again",
            )
        return origin == self.position.origin != self.start

    def state(self, written: Statistics) -> str:
        """What to store as state, once the sink has counted what it wrote of this batch."""
        counted = add_statistics(self.counted, written)
        return CheckpointState(self.finished, self.position.token, self.upstream, counted, self.balance).as_json()

    def written(self, state: str) -> Statistics:
        """What an attempt that was committed counted for this batch."""
        stored = CheckpointState.from_json(state).counted
        return {key: value - self.counted.get(key, 0) for key, value in stored.items()}
