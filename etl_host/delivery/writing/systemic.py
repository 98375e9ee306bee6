"""When so many rows are rejected that it can't be the rows: then a load stops instead of rejecting them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from etl_host.core.batch import Balance
from etl_host.core.errors import EtlHostError
from etl_host.core.rejects import RowError

ROWS_JUDGED: Final = 1_000
"""A task of which none of so many rows is accepted is wrong as a whole; so is a shorter one at its end."""

FEWEST_ROWS: Final = 20
"""Fewer rows say nothing: a file of three may well have three bad ones."""

MOST_ALIKE: Final = 100
"""So many rows of one batch, and half of it, may be refused for one reason; with more, it is not the rows."""


class AllRejected(EtlHostError):
    """None of a task's rows was accepted, by validators and sink together."""

    code = "all-rejected"


def refuse_if_none_accepted(task: str, balance: Balance, *, ended: bool = False, why: RowError | None = None) -> None:
    """Raise AllRejected where none of the first rows of ``task`` is accepted; at its end, where none of all is."""
    enough = balance.rejected >= (FEWEST_ROWS if ended else ROWS_JUDGED)
    if enough and not balance.written and balance.rejected + balance.dropped == balance.read:
        reason = f", the last one since {why.message}" if why else ""
        raise AllRejected(
            f"task {task}: all of {'its' if ended else 'the first'} {balance.rejected:,} rows are rejected{reason}",
            remedy="correct what the rows are checked against (or the file named), then start again with --restart",
        )


def is_most(reasons: Collection[RowError], rows: int) -> bool:
    """Whether more than half of ``rows`` rows, and more than MOST_ALIKE, are refused for one reason."""
    most = max(Counter(reason.code for reason in reasons).values())
    return most > MOST_ALIKE and most > rows / 2
