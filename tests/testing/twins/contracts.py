"""A contract's class for each right processor and for each twin; ``test_twins.py`` runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from etl_host import Connection, Fault
from etl_host.testing import (
    CheckpointStoreContract,
    ConnectionContract,
    MemorySink,
    MemoryTarget,
    PluginContract,
    RecordingReporter,
    ReporterContract,
    SinkContract,
    SourceContract,
    ValidatorContract,
)
from tests.testing.twins import connections, lines, reporters, sinks, sources, validators

PLUGIN = "tests.testing.twins.plugin"


class OfLines(SourceContract):
    plugin = PLUGIN
    rows = tuple({"line": f"line {n}"} for n in range(1, 10))

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "lines.txt").write_text("".join(f"{row['line']}\n" for row in self.rows))
        return {"file": "lines.txt"}

    @pytest.fixture
    def options_without_rows(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "empty.txt").touch()
        return {"file": "empty.txt"}

    @pytest.fixture(autouse=True)
    def in_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

    def change_input(self, options: Mapping[str, Any]) -> None:
        file = Path(options["file"])
        file.write_text(file.read_text().replace("line 1", "line I"))


class OfIncrements(ValidatorContract):
    plugin = PLUGIN
    rows = tuple({"n": n} for n in range(1, 8))
    bad_rows = ({"n": "x"}, {"n": "y"}, {"n": "z"})


class OfUnique(OfIncrements):
    bad_rows = OfIncrements.rows[:3]


class OfMemory(SinkContract):
    plugin = PLUGIN
    rows = tuple({"n": n} for n in range(1, 8))
    bad_row = "no dict"

    @pytest.fixture
    def target(self) -> MemoryTarget:
        kind: type[MemoryTarget] = getattr(type(self), "target_kind", MemoryTarget)
        return kind()

    @pytest.fixture
    def connections(self, target: MemoryTarget) -> Mapping[str, Connection]:
        return {"memory": target}

    @pytest.fixture
    def target_rows(self, target: MemoryTarget) -> Callable[[], Sequence[Any]]:
        return lambda: target.rows

    @pytest.fixture
    def faults(self) -> Sequence[tuple[Exception, Fault]]:
        return [(ConnectionError(), Fault.TRANSIENT), (ValueError(), Fault.DATA)]


class OfSpeaks(ReporterContract):
    plugin = PLUGIN


class OfNotes(ConnectionContract):
    plugin = PLUGIN
    secret_settings = ("NOTES_PASSWORD",)

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "notes.txt").touch()
        return {"file": str(tmp_path / "notes.txt")}

    @pytest.fixture
    def settings(self, options: Mapping[str, Any]) -> Mapping[str, str]:
        return {"NOTES_FILE": options["file"], "NOTES_PASSWORD": "open sesame"}

    def use_it(self, connection: connections.Notes) -> None:
        connection.read()


class OfNeedless(OfNotes):
    needs_settings = False


class TestMemoryTarget(CheckpointStoreContract):
    @pytest.fixture
    def store(self) -> MemoryTarget:
        return MemoryTarget()


def _contracts() -> Iterator[type[PluginContract]]:
    """The classes of the right ones, and of those of the tables."""
    for contract, module, right in (
        (OfLines, sources, [lines.Lines, lines.InZone]),
        (OfIncrements, validators, [validators.Increments]),
        (OfUnique, None, [validators.Unique]),
        (OfMemory, sinks, [MemorySink, sinks.Writes]),
        (OfSpeaks, reporters, [reporters.Speaks, RecordingReporter]),
        (OfNotes, connections, [connections.Notes]),
        (OfNeedless, None, [connections.NeedsNothing]),
    ):
        twins: Any = [twin for twins in getattr(module, "TWINS", {}).values() for twin in twins]
        for processor in [*right, *twins]:
            yield _contract(contract, processor)


def _contract(contract: type[PluginContract], processor: Any) -> type[PluginContract]:
    name = processor.__name__
    attributes: dict[str, Any] = {"plugin": getattr(processor, "plugin", PLUGIN), "name": name, "processor": processor}
    if issubclass(processor, MemoryTarget):
        attributes |= {"name": "MemorySink", "processor": MemorySink, "target_kind": processor}
    return type(f"Test{contract.__name__}_{name}", (contract,), {**attributes, "__module__": __name__})


CONTRACTS = {contract.__name__: contract for contract in _contracts()}
globals().update(CONTRACTS)
