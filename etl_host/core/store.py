"""What a target must offer to keep checkpoints with its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from etl_host.core.checkpoint import CheckpointKey, CheckpointState, Run


@dataclass(frozen=True)
class RunRecord:
    """A run as a store keeps it.

    ``active``: unfinished, to be gone on with. ``checkpoints``: by task path and part.
    """

    run: Run
    active: bool
    ended: str | None = None
    exit_code: int | None = None
    checkpoints: Mapping[CheckpointKey, tuple[int, CheckpointState]] = field(default_factory=dict)

    def started_tasks(self) -> set[str]:
        """The paths of the tasks of which something is committed."""
        return {key.task for key, (origin, state) in self.checkpoints.items() if origin or state.finished}


class CheckpointStore(Protocol):
    """A target that commits checkpoints with rows, usually a connection: one object is one store."""

    def begin(self, run: Run, *, abandon: bool = False) -> Run:
        """Record ``run``, or go on with the one of its id: that gets the new owner and one attempt more, and is
        unfinished again.

        Where another run of its pipeline is unfinished, nothing is changed, and that one is returned: another process
        has just begun it. ``abandon``: give up the unfinished one, in the transaction that records the new one; it and
        its checkpoints get the new owner, so that a process still at it is fenced.
        """
        ...

    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        """Make ``run.owner`` the owner of every checkpoint of the run, in one transaction; make those of ``keys``
        that lack.

        Transactions that an earlier owner still has open are ended. Returns position and state of each of ``keys``,
        and stores the plan as it now is. Raises Fenced where the run itself has another owner by now.
        """
        ...

    def finish(self, run: Run, status: str, exit_code: int) -> None:
        """Store how the attempt ended, unless the run has another owner by now.

        A status in ``Run.FINISHED`` ends the run; any other leaves it to be gone on with.
        """
        ...

    def runs(self, pipeline: str) -> Sequence[RunRecord]:
        """The records of that pipeline's runs, the newest first."""
        ...
