"""A line for each thing that happens to a task."""

from __future__ import annotations

from etl_host import BatchFinished, TaskFinished
from etl_host_console.standing import Standing


def counted(number: float, what: str) -> str:
    """``1 row``, ``1,004 rows``."""
    return f"{number:,.0f} {what}" + ("" if number == 1 else "s")


def started(label: str) -> str:
    """``stop times: started``."""
    return f"{label}: started"


def underway(label: str, event: BatchFinished) -> str:
    """``stop times: 67%, 25,193/37,790, 20,833 rows/s, 0:01 left, 2 rejected``."""
    standing = Standing.after(event)
    parts = [standing.percent, standing.rows, standing.rate, standing.left, standing.rejected]
    return f"{label}: {', '.join(filter(None, parts))}"


def ended(label: str, event: TaskFinished) -> str:
    """``stop times: 37,790 rows in 4.2 s, ok``."""
    read, seconds = event.summary.balance.read, event.summary.seconds
    rows = f"{counted(read, 'row')} in {seconds:.1f} s, " if read else ""
    return f"{label}: {rows}{event.summary.outcome}"
