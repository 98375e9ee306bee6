"""One attempt after the other to load numbers into a SQLiteTarget, each with a context and a connection of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from etl_host import ETLContext, ExactlyOnce, TaskReturn
from moments import Moments
from sqlite_sink import LoadNumbers
from sqlite_target import SQLiteTarget


class Attempts:
    """Attempts of the pipeline ``numbers``; the target and the rejects are in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rejects = folder / "rejects"

    def begin(self, *databases: str, **options: Any) -> ETLContext:
        """The context of one more. ``options`` are those of ExactlyOnce."""
        connections = {name: SQLiteTarget(self.folder / f"{name}.db") for name in databases or ("sqlite",)}
        return ETLContext(delivery=ExactlyOnce("numbers", **options), connections=connections, rejects_dir=self.rejects)

    def fail_half_way(self, kind: type[LoadNumbers] = LoadNumbers, **options: Any) -> ETLContext:
        """One that fails having committed three batches of seven rows."""
        context = self.begin(**options)
        result = load(context, kind, trap=broken_at("sink writes", 4))
        assert isinstance(result.error, RuntimeError), result.error
        return context


def load(context: ETLContext, kind: type[LoadNumbers] = LoadNumbers, **options: Any) -> TaskReturn:
    """A whole attempt, with one task."""
    with context:
        return kind(context, **options).execute()


def broken_at(moment: str, occurrence: int = 1) -> Moments:
    """A trap that lets the load fail."""
    return Moments(moment, RuntimeError(moment), occurrence=occurrence)


def numbers_in(target: SQLiteTarget) -> list[int]:
    """The numbers that were loaded, sorted within each task."""
    return [n for _, n in target.loaded()]
