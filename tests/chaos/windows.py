"""The moments at which a load is killed or paused, by name: each is the call of one function of the product."""

from __future__ import annotations

import pkgutil
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

Filter = Callable[..., Any]


@dataclass(frozen=True)
class Window:
    """``owner`` is ``module:class`` or a module, ``function`` what is called there; only calls ``where`` count.

    ``times``: which of its calls there are for certain, sequential or parallel, with every one of the batch sizes.
    ``on_resume``: whether only an attempt has it that goes on with an earlier one.
    """

    owner: str
    function: str
    when: str
    where: Filter = lambda *args, **kwargs: True
    times: Sequence[int] = (1,)
    on_resume: bool = False


def _has_rejects(rejects: Any) -> bool:
    return rejects._file is not None


def _has_rows(sink: Any, batch: Any, checkpoint: Any) -> bool:
    return bool(batch.chunk)


def _is_trial(sink: Any, batch: Any, checkpoint: Any, retry_time: float) -> bool:
    return not checkpoint.commit


def _has_links(transaction: Any, checkpoint: Any, counted: Any) -> bool:
    return checkpoint.key.task == "links" and not checkpoint.finished


def _is_kept(transaction: Any, checkpoint: Any, counted: Any) -> bool:
    return checkpoint.commit and not checkpoint.finished


def _ends_a_task(transaction: Any, checkpoint: Any, counted: Any) -> bool:
    return bool(checkpoint.finished)


def _is_leaf(task: Any, result: Any) -> bool:
    return not task.children()


_STORE = "etl_host_neo4j.store:Neo4jStore"
_REJECTS = "etl_host.core.rejects:RejectsFile"
_TRANSACTION = "etl_host_neo4j.transaction"

WINDOWS = {
    "before the run is recorded": Window(_STORE, "begin", "before"),
    "run recorded → first task": Window(_STORE, "begin", "after"),
    "before a COMMIT": Window(_TRANSACTION, "commit", "before", times=range(3, 14)),
    "after a COMMIT": Window(_TRANSACTION, "commit", "after", times=range(3, 14)),
    "rows → their checkpoint": Window(_TRANSACTION, "store_checkpoint", "before", _is_kept, range(3, 14)),
    "links → their checkpoint": Window(_TRANSACTION, "store_checkpoint", "before", _has_links, range(1, 5)),
    "rejects written → synced": Window(_REJECTS, "append", "after", times=range(1, 8)),
    "rejects synced → commit": Window(_REJECTS, "sync", "after", _has_rejects, range(1, 8)),
    "inside the search for bad rows": Window(
        "etl_host.delivery.writing.writer", "write_until_committed", "before", _is_trial, range(2, 18)
    ),
    "between two statements": Window("etl_host_neo4j.statements:StatementsSink", "write", "after", _has_rows, (1, 3)),
    "last batch → task finished": Window(_TRANSACTION, "store_checkpoint", "before", _ends_a_task, range(1, 6)),
    "between two tasks": Window("etl_host.core.task:Task", "_finish", "after", _is_leaf, range(1, 5)),
    "last commit → run finished": Window(_STORE, "finish", "before"),
    "run finished → exit": Window(_STORE, "finish", "after"),
    # twice in each take over, of the wipe and of what is unfinished: the odd ones are before its transaction
    "inside the take over": Window(
        _STORE, "_end_transactions_of_earlier_owners", "after", times=(3, 4), on_resume=True
    ),
    # of those that have rejects
    "task taken over → its rejects cut": Window(_STORE, "take_over", "after", times=(2, 3, 4)),
    "rejects cut → read on": Window(_REJECTS, "_cut", "after", on_resume=True),
}


def set_trap(name: str, occurrence: int, number: signal.Signals) -> None:
    """From now on this process sends itself the signal when that window is reached for the ``occurrence``-th time."""
    window = WINDOWS[name]
    owner = pkgutil.resolve_name(window.owner)
    original = getattr(owner, window.function)
    calls = count(1)

    def strike(*args: Any, **kwargs: Any) -> None:
        if window.where(*args, **kwargs) and next(calls) == occurrence:
            signal.pthread_kill(threading.get_ident(), number)  # a signal to the process lets this thread run on

    def trapped(*args: Any, **kwargs: Any) -> Any:
        if window.when == "before":
            strike(*args, **kwargs)
        result = original(*args, **kwargs)
        if window.when == "after":
            strike(*args, **kwargs)
        return result

    setattr(owner, window.function, trapped)
