"""Loads of two tasks that die at chosen moments, and the check of what is there in the end.

They really die: each attempt is a child process that kills itself with ``kill -9``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random
from typing import Any

from etl_host import ETLContext, ExactlyOnce, TaskGroup
from forked import in_a_child, kill_me
from moments import Trap
from number_links import GAP
from sqlite_sink import LoadNumbers
from sqlite_target import SQLiteTarget

COUNTS = {"first": 16, "second": 30}


def start(folder: Path, batch_size: int, trap: Trap, kind: type[LoadNumbers] = LoadNumbers) -> dict[str, Any]:
    """One attempt, in this process; its summary."""
    target = SQLiteTarget(folder / "target.db", trap=trap)
    delivery = ExactlyOnce("numbers")
    with ETLContext(delivery=delivery, connections={"sqlite": target}, rejects_dir=folder / "rejects") as context:
        sizes = (batch_size, batch_size + 2)
        tasks = [
            kind(context, count, name=name, batch_size=size, trap=trap)
            for (name, count), size in zip(COUNTS.items(), sizes, strict=True)
        ]
        TaskGroup(context, tasks, name="all").execute()
    return context.summary.as_dict()


def with_system_calls(trap: Trap) -> Trap:
    """From now on in this process, files that are synced or replaced are moments, too.

    Synced only in name: what is written survives the death of a process without it.
    """
    real_replace = os.replace

    def fsync(handle: int) -> None:
        trap("syncing")

    def replace(old: Path, new: Path) -> None:
        trap("replacing")
        real_replace(old, new)
        trap("replaced")

    os.fsync, os.replace = fsync, replace  # type: ignore[assignment]
    return trap


def assert_each_row_once(folder: Path, summary: dict[str, Any], kind: type[LoadNumbers] = LoadNumbers) -> None:
    """Each row is in the target once or in the rejects once, and the counts are those of an undisturbed load."""
    target = SQLiteTarget(folder / "target.db")
    assert target.loaded() == [(name, n) for name, count in COUNTS.items() for n in kind.loaded(count)]
    record, *begun_anew = target.runs("numbers")
    target.close()
    for other in begun_anew:  # since nothing was committed
        assert (other.run.status, other.started_tasks()) == ("abandoned", set())
    for name, count in COUNTS.items():
        file = folder / "rejects" / f"{name}.{record.run.id}.jsonl"
        origins = [json.loads(line)["origin"] for line in file.read_text().splitlines()]
        assert sorted(origins) == [n * GAP for n in kind.set_aside(count)]
    assert (record.active, record.run.status, record.run.id) == (False, "rejects", summary["run_id"])
    assert [task["statistics"] for task in summary["tasks"]] == [statistics(count, kind) for count in COUNTS.values()]
    for task, count in zip(summary["tasks"], COUNTS.values(), strict=True):
        written = len(set(kind.loaded(count)))
        wrong = len(kind.set_aside(count))
        dropped = count - written - wrong
        assert task["balance"] == {"read": count, "written": written, "rejected": wrong, "dropped": dropped}
    assert (summary["exit_code"], summary["guarantee"]) == (3, "exactly once")


def statistics(count: int, kind: type[LoadNumbers]) -> dict[str, int]:
    return {
        "numbers_read": count,
        "rejected_rows": len(kind.set_aside(count)),
        "valid_rows": len(set(kind.valid(count))),
        "rows_inserted": len(kind.loaded(count)),
    }


class Hazards:
    """Dies, or loses the connection, at moments that a seed chooses; without chances, or a moment, at none."""

    def __init__(self, seed: str = "", *, dies: float = 0, loses: float = 0, dies_at: int | None = None) -> None:
        self.dice = Random(seed)
        self.dies = dies
        self.loses = loses
        self.dies_at = dies_at
        self.moments = 0

    def __call__(self, moment: str) -> None:
        self.moments += 1
        if self.moments == self.dies_at or self.dice.random() < self.dies:
            kill_me()
        if moment in ("sink writes", "before commit", "after commit") and self.dice.random() < self.loses:
            raise ConnectionError(moment)


def attempt(folder: Path, batch_size: int, hazards: Hazards, kind: type[LoadNumbers] = LoadNumbers) -> Any:
    """One attempt in a child process: its summary, or None where it died."""
    return in_a_child(lambda: start(folder, batch_size, with_system_calls(hazards), kind), folder / "result")


def load_with_random_kills(folder: Path, seed: int, kind: type[LoadNumbers] = LoadNumbers) -> dict[str, Any]:
    """Start it again and again until it ends by itself; the last summary."""
    folder.mkdir()
    for number in range(100):
        dice = f"{seed} {number}"
        batch_size = Random(dice).randint(1, 12)
        summary = attempt(folder, batch_size, Hazards(dice, dies=0.03, loses=0.15), kind)
        if summary is not None:
            return dict(summary)
    raise RuntimeError("it never ends")


def something_is_amiss(folder: Path, seed: int, kind: type[LoadNumbers] = LoadNumbers) -> bool:
    """Whether the check fails after a load with random kills."""
    summary = load_with_random_kills(folder, seed, kind)
    try:
        assert_each_row_once(folder, summary, kind)
    except AssertionError:
        return True
    return False


class Fails(Hazards):
    """Raises where the others die."""

    def __call__(self, moment: str) -> None:
        self.moments += 1
        if self.moments == self.dies_at:
            raise RuntimeError(moment)
