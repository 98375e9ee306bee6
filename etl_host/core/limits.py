"""How much a task may do: rows that it may reject, rows that it may read in this attempt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Self

from etl_host.core.errors import BudgetExceeded, Limited

if TYPE_CHECKING:
    from etl_host.core.task import Task

ROWS_BEFORE_SHARES: Final = 1_000
"""A share of fewer rows says little, so before that many are read it is not judged, except at the end."""

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")


@dataclass(frozen=True)
class RejectsBudget:
    """How many rows a task may reject, over all attempts: ``rows`` of them, or a ``share`` of those read, 0 to 1."""

    rows: int | None = None
    share: Fraction | None = None

    @classmethod
    def of(cls, value: int | str) -> Self:
        """The budget that a person writes as ``100`` or ``1%``. Raises ValueError."""
        text = str(value).strip()
        if text.isdecimal():
            return cls(rows=int(text))
        if (share := _SHARE.fullmatch(text)) and Fraction(share[1]) <= 100:
            return cls(share=Fraction(share[1]) / 100)
        raise ValueError(f"{text!r} is neither a number of rows, such as 100, nor a share of them, such as 1%")

    def __str__(self) -> str:
        return f"{self.rows:,}" if self.share is None else f"{float(self.share * 100):g}%"

    def allows(self, rejected: int, read: int, *, ended: bool) -> bool:
        """Whether ``rejected`` of ``read`` rows are within it."""
        if self.rows is not None:
            return rejected <= self.rows
        judged = ended or read >= ROWS_BEFORE_SHARES
        return self.share is None or not judged or rejected <= self.share * read


def refuse_excess_rejects(task: Task, *, read: int | None = None, ended: bool = False) -> None:
    """Raise BudgetExceeded where ``task`` has rejected more rows than it may.

    ``read``: of how many; None: of those that are accounted for. ``ended``: its source has no more.
    """
    balance, budget = task.balance, task.max_rejects
    rows = balance.read if read is None else read
    if budget is not None and not budget.allows(balance.rejected, rows, ended=ended):
        raise BudgetExceeded(
            f"{balance.rejected:,} of {rows:,} rows are rejected, more than max_rejects: {budget}",
            remedy="look at them; to go on all the same, start the same command again with a larger --max-rejects",
        )


def stop_at_limit(task: Task) -> None:
    """Raise Limited where ``task`` has read as many rows in this attempt as the run may."""
    limit = task.limit
    if limit is not None and task.rows_read_now >= limit:
        raise Limited(
            f"{task.name} stopped after {task.rows_read_now:,} rows, since --limit is {limit:,}",
            remedy="start the same command again: it goes on from there",
        )
