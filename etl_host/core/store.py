"""What a target must offer to keep checkpoints with its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from etl_host.core.checkpoint import CheckpointKey, CheckpointState, Run


@dataclass(frozen=True)
class RunRecord:
    """A run as a store keeps it.

    ``active``: unfinished, to be gone on with. ``ended``: when the last attempt did, ISO 8601, UTC. ``summary``: how
    it ended, plain JSON. ``silence``: seconds since the run's process was last heard of, by the store's clock; None
    where it never was. ``heartbeat``: the mark of that, which changes with every beat. ``checkpoints``: by task path
    and part.
    """

    run: Run
    active: bool
    ended: str | None = None
    exit_code: int | None = None
    summary: Mapping[str, Any] | None = None
    silence: float | None = None
    heartbeat: Any = None
    checkpoints: Mapping[CheckpointKey, tuple[int, CheckpointState]] = field(default_factory=dict)

    def started_tasks(self) -> set[str]:
        """The paths of the tasks of which something is committed."""
        return {key.task for key, (origin, state) in self.checkpoints.items() if origin or state.finished}


class CheckpointStore(Protocol):
    """A target that commits checkpoints with rows, usually a connection: one object is one store."""

    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        """Record ``run``, or go on with the one of its id: that gets the new owner and process, and one attempt more,
        and is unfinished again.

        ``after``: the owner that the pipeline's unfinished run had when it was looked up; None where there was no such
        run. Where that is no longer so, another process has been faster: nothing is changed, and the run as it is is
        returned; its owner tells. ``abandon``: give up the unfinished one, in the transaction that records the new one;
        it and its checkpoints get the new owner, so that a process still at it is fenced. All this counts as a beat.
        """
        ...

    def beat(self, run: Run) -> None:
        """Note that the run's process is there. Nothing happens where the run has another owner by now."""
        ...

    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        """Make ``run.owner`` the owner of every checkpoint of the run, in one transaction; make those of ``keys``
        that lack.

        Transactions that an earlier owner still has open are ended. Returns position and state of each of ``keys``,
        and stores the plan as it now is. Raises Fenced where the run itself has another owner by now.
        """
        ...

    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        """Store how the attempt ended, unless the run has another owner by now.

        A status in ``Run.FINISHED`` ends the run; any other leaves it to be gone on with.
        """
        ...

    def runs(self, pipeline: str | None = None) -> Sequence[RunRecord]:
        """The records of that pipeline's runs, or of all, the newest first."""
        ...

    def delete(self, run: str) -> bool:
        """Forget the run of that id and its checkpoints; False where there is none, or it is unfinished and its
        process was heard of in the last minute.
        """
        ...


@runtime_checkable
class KeepsHistory(Protocol):
    """What a store offers as well, in which a reporter may keep more of runs than their records hold."""

    def history(self, run: str) -> Sequence[Mapping[str, Any]]:
        """An entry of plain JSON for each batch of that run, or for several, in order of time.

        Each has ``task``, the names from the root of the tree to it; ``attempt``; ``at``, ISO 8601; ``batches``, how
        many it stands for; ``statistics``, their counts; and of the task until then ``read``, ``rows_per_second``, and
        ``share``, the consumed part of its input, or None.
        """
        ...

    def forget(self, run: str) -> None:
        """Delete all of that, if there is any."""
        ...
