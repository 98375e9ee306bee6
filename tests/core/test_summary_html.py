from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from etl_host import Balance, ExitCode, InputError, RunSummary, TaskSummary


class Reader(HTMLParser):
    """The cells of the table, row by row, and the paragraphs; every tag that is opened must be closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.paragraphs: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self.tags.append(tag)
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data
        else:
            self.paragraphs[-1] += data


def task(name: str = "stops", **details: Any) -> TaskSummary:
    fields: dict[str, Any] = {
        "name": name,
        "path": (name,),
        "status": "success",
        "seconds": 2.0,
        "rows_per_second": 1234.5,
        "guarantee": "exactly once",
        "statistics": {},
        "balance": Balance(1000, 1000),
        "rows_before": 0,
        "rejects_file": None,
        "error": None,
        "exit_code": ExitCode.OK,
    }
    return TaskSummary(**fields | details)


def read(*tasks: TaskSummary, **details: Any) -> Reader:
    return Reader(RunSummary("gtfs", "run-1", 1, 4.0, tasks, **details)._repr_html_())


def test_a_table_of_the_tasks_and_what_became_of_the_rows() -> None:
    shown = read(task(), task("trips"))
    assert shown.rows == [
        ["task", "read", "rejected", "written", "time", "rows/s", "status"],
        ["stops", "1,000", "0", "1,000", "2.0 s", "1,234", "ok"],
        ["trips", "1,000", "0", "1,000", "2.0 s", "1,234", "ok"],
        ["total", "2,000", "0", "2,000", "4.0 s", "500", ""],
    ]
    assert shown.paragraphs == [
        "exactly once; 2,000 read = 2,000 written + 0 rejected",
        "gtfs: done (exit code 0)",
    ]


def test_columns_for_dropped_and_resumed_rows_are_there_where_there_are_some() -> None:
    shown = read(task(balance=Balance(1000, 999, 0, 1), rows_before=500))
    assert shown.rows[0] == ["task", "read", "rejected", "dropped", "written", "resumed", "time", "rows/s", "status"]
    assert shown.rows[1][3:6] == ["1", "999", "500"]
    assert len(shown.rows) == 2


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</td><b>", "&lt;", '" onload="x', "-[r:KNOWS]-> [/x]"])
def test_what_users_write_is_shown_as_it_is(text: str) -> None:
    error = InputError(text, remedy=text)
    failed = task(text, status="failed", error=error, exit_code=ExitCode.FAILED)
    html = RunSummary(text, "run-1", 1, 4.0, [failed], error=error)._repr_html_()
    shown = Reader(html)
    assert shown.rows[1][0] == text
    assert shown.paragraphs[0] == f"{text}: {text} [wrong-input]; next: {text}"
    assert shown.paragraphs[-1].startswith(f"{text}: failed")
    assert set(shown.tags) <= {"div", "table", "thead", "tbody", "tr", "th", "td", "p", "strong"}


def test_a_run_without_tasks_has_no_table() -> None:
    shown = read(error=InputError("gone"), run_exit_code=ExitCode.FAILED)
    assert (shown.rows, shown.paragraphs) == ([], ["gone [wrong-input]", "gtfs: failed [wrong-input] (exit code 1)"])
