"""What the console shows of real runs, and that it shows users' text as it is."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl_host import (
    Batches,
    BatchFinished,
    BatchResults,
    ChainTask,
    ETLContext,
    Position,
    Row,
    RowError,
    Run,
    RunFinished,
    RunStarted,
    Sink,
    Source,
    Task,
    TaskGroup,
    TaskStarted,
    Validator,
)
from etl_host_console import ConsoleReporter
from etl_host_console.bars import Bars

Make = Callable[..., Any]
BRACKETS = ["-[r:KNOWS]->", "etl-host[standard]", "[/x]", "[bold]no[/bold]", ":smile:"]


class Numbers(Source[Row]):
    resumable = True

    def __init__(self, count: int, context: ETLContext, task: Task) -> None:
        super().__init__(context, task)
        self.count = count

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from self.cut(({"n": n} for n in range(self.count)), max_batch_size, after)


class Even(Validator[Row, Row]):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        odd = {i: [RowError("[red]odd", loc=("n",))] for i, row in enumerate(batch.chunk) if row["n"] % 2}
        kept = self.reject(batch, odd)
        return kept.with_chunk(kept.chunk, valid_rows=len(kept.chunk))


class Nowhere(Sink[Row]):
    error: Exception | None = None

    def write(self, batch: BatchResults[Row], checkpoint: object) -> dict[str, float]:
        if self.error:
            raise self.error
        return {"nodes_created": len(batch.chunk)}


class Load(ChainTask):
    batch_size = 3

    def __init__(self, context: ETLContext, name: str, error: Exception | None = None, **options: Any) -> None:
        super().__init__(context, name=name, **options)
        self.error = error

    def chain(self) -> Sink[Row]:
        sink = Nowhere(self.context, self, Even(self.context, self, Numbers(1004, self.context, self)))
        sink.error = self.error
        return sink


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return tmp_path


def shown(tasks: Sequence[tuple[str, Exception | None, bool]], stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    with ETLContext({}, reporters=[ConsoleReporter(stream)]) as context:
        loads = [Load(context, name, error, optional=optional) for name, error, optional in tasks]
        TaskGroup(context, loads, name="all").execute()
    return stream.getvalue()


def test_the_summary_shows_each_task_the_rejects_and_the_balance(folder: Path) -> None:
    text = shown([("first", None, False), ("second", None, False)])
    lines = text.splitlines()
    row = next(line.split() for line in lines if line.startswith("first "))
    assert row[:4] == ["first", "1,004", "502", "502"]
    assert any(line.split()[:3] == ["total", "2,008", "1,004"] for line in lines)
    assert "delivery   at least once; 2,008 read = 1,004 written + 1,004 rejected" in lines
    assert "graph      1,004 nodes created" in lines
    assert "rejected   row 2  n  [red]odd (502 rows)" in lines
    assert "           row 2  n  [red]odd (502 rows)" in lines
    assert sum(line.startswith("           all: rejects/") for line in lines) == 2
    assert lines[-1].endswith("done, 1,004 rows rejected (exit code 3)")


def test_without_a_terminal_there_is_a_line_at_the_start_and_the_end_of_each_task(folder: Path) -> None:
    lines = shown([("first", None, False)]).splitlines()
    assert lines[0] == "first: started"
    assert lines[1].startswith("first: 1,004 rows in ")
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("text", BRACKETS)
@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_what_users_write_is_shown_as_it_is(folder: Path, text: str, stream: type[io.StringIO]) -> None:
    assert text in shown([(text, None, False)], stream())


def test_a_failure_is_named_and_ends_the_summary(folder: Path) -> None:
    text = shown([("bad", ValueError("[/x]"), False), ("never", None, False)])
    assert "failed" in next(line for line in text.splitlines() if line.startswith("bad  "))
    assert "skipped" in next(line for line in text.splitlines() if line.startswith("never  "))
    assert text.splitlines()[-1].endswith("failed [ValueError] (exit code 1)")


def test_an_optional_task_that_failed_is_told(folder: Path) -> None:
    text = shown([("bad", ValueError("no"), True)])
    assert "failed (optional)" in text
    assert text.splitlines()[-1].endswith("done, 1 optional failed (exit code 3)")


def test_bars_are_drawn_on_a_terminal_and_gone_at_the_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    advanced: list[int] = []
    advance = Bars.advance

    def recorded(bars: Bars, event: BatchFinished) -> None:
        advanced.append(event.balance.read)
        advance(bars, event)

    monkeypatch.setattr(Bars, "advance", recorded)
    text = shown([("first", None, False)], Terminal())
    assert len(advanced) == 335
    assert text.splitlines()[-1].endswith("(exit code 3)")


def test_rich_is_imported_only_to_draw() -> None:
    code = "import sys; from etl_host_console import ConsoleReporter; ConsoleReporter(); print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_closed_stream_does_not_fail_the_run(folder: Path) -> None:
    stream = io.StringIO()
    stream.close()
    with ETLContext({}, reporters=[ConsoleReporter(stream)]) as context:
        assert Load(context, "first").execute().success


@pytest.mark.parametrize("text", BRACKETS)
@pytest.mark.parametrize("drawn", [False, True])
def test_every_event_shows_users_text_as_it_is(
    folder: Path, terminal: io.StringIO, task: Make, run: Make, batch: Make, end: Make, text: str, drawn: bool
) -> None:
    stream = terminal if drawn else io.StringIO()
    rejects = folder / "rejects.jsonl"
    rejects.write_text(json.dumps({"place": text, "errors": [{"loc": [text], "message": text}]}) + "\n")
    reporter = ConsoleReporter(stream)
    seen = 0

    def told() -> str:
        nonlocal seen
        begin, seen = seen, len(stream.getvalue())
        return stream.getvalue()[begin:]

    reporter.run_started(RunStarted(replace(Run.new(text), id=text, attempt=2), 7))
    assert told().count(text) == 2
    reporter.task_started(TaskStarted(text, ("all", text)))
    reporter.batch_finished(batch(7, path=("all", text)))
    if not drawn:
        assert text in told()
    reporter.task_finished(end(path=("all", text), name=text))
    last = task(text, rejects_file=str(rejects), status="rejects", statistics={"rejected_rows": 1}, guarantee=text)
    reporter.run_finished(RunFinished(run(last, pipeline=text, look=text)))
    lines = [line for line in told().splitlines() if text in line]
    titles = [line.split(maxsplit=1)[0] for line in lines if line.split(maxsplit=1)[0] != text]
    assert {"rejected", "delivery", "look"} <= set(titles)
    assert sum(line.count(text) for line in lines) >= 7
