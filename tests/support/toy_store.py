"""The connection of the toy plugin: tables and checkpoints in memory, committed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

from pydantic import SecretStr

from etl_host import CheckpointKey, CheckpointState, ConnectionMissing, Row, Run, RunRecord


class Toy:
    """A connection: to the tables and checkpoints of ``place``, all in memory."""

    stores: ClassVar[dict[str, ToyStore]] = {}

    def __init__(self, place: str, *, password: SecretStr | None = None, note: str = "") -> None:
        if password is not None and password.get_secret_value() == "wrong-password":
            raise ValueError(f"the password {password.get_secret_value()} is wrong")
        self.place = place
        self.password = password
        self.note = note

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        if "TOY_PLACE" not in settings:
            raise ConnectionMissing(f"connection {name}: TOY_PLACE is not set", remedy="set TOY_PLACE")
        return cls(settings["TOY_PLACE"])

    @property
    def store(self) -> ToyStore:
        return self.stores.setdefault(self.place, ToyStore())

    def close(self) -> None:
        pass


class PaperToy(Toy):
    """Stands in for a toy, in a place of its own."""

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        return cls("paper")


class ToyStore:
    """Tables, and the checkpoints committed with their rows."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {}
        self.calls: list[Mapping[str, Any]] = []
        self.records: list[RunRecord] = []
        self.checkpoints: dict[CheckpointKey, tuple[int, str]] = {}
        self.fail_at: int | None = None
        """The commit, counted from 1, that fails."""

    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        if self.records and self.records[0].active:
            before = self.records[0].run
            if before.owner != after or (before.id != run.id and not abandon):
                return before
            if before.id == run.id:
                run = replace(run, attempt=before.attempt + 1)
                del self.records[0]
            else:
                self.records[0] = replace(self.records[0], active=False)
        self.records.insert(0, RunRecord(run, active=True))
        return run

    def beat(self, run: Run) -> None: ...

    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        self.records[0] = replace(self.records[0], run=run)
        return {key: self.checkpoints.setdefault(key, (0, "")) for key in keys}

    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        ended = replace(self.records[0].run, status=status)
        self.records[0] = RunRecord(ended, status not in Run.FINISHED, exit_code=exit_code, summary=summary)

    def delete(self, run: str) -> bool:
        count = len(self.records)
        self.records = [record for record in self.records if record.run.id != run]
        return len(self.records) < count

    def runs(self, pipeline: str | None = None) -> Sequence[RunRecord]:
        stored = {key: (origin, CheckpointState.from_json(state)) for key, (origin, state) in self.checkpoints.items()}
        return [
            replace(record, checkpoints={key: at for key, at in stored.items() if key.run == record.run.id})
            for record in self.records
            if pipeline in (None, record.run.pipeline)
        ]
