"""A plugin with a processor of each kind, for tests of pipelines: lines of files go into tables in memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ImportString, SecretStr

from etl_host import (
    Batches,
    BatchProcessor,
    BatchResults,
    Checkpoint,
    CheckpointStore,
    ETLContext,
    FileLocation,
    OptionError,
    Position,
    Problem,
    ProcessorSpec,
    Reporter,
    Row,
    RowError,
    RunFinished,
    Sink,
    Source,
    Statistics,
    Task,
    TaskReturn,
    Validator,
)
from etl_host.registry.lookup import Registry
from etl_host.registry.plugin import Plugin
from etl_host.registry.spec import Kind
from toy_store import PaperToy, Toy, ToyStore


class Lines(Source[Row]):
    """The lines of a file, as ``{"text": line}``."""

    counts = "lines_read"
    resumable = True

    def __init__(
        self,
        file: Annotated[FileLocation | str | os.PathLike[str], "The file."],
        context: ETLContext,
        task: Task,
        *,
        separator: str = "\n",
        missing: Literal["fail", "empty"] = "fail",
        limit: int | None = None,
    ) -> None:
        super().__init__(context, task)
        if len(separator) != 1:
            raise OptionError("separator", "it must be one character", remedy="take one")
        self.file = FileLocation.of(file)
        self.separator = separator
        self.missing = missing
        self.limit = limit

    def check(self) -> Iterable[Problem]:
        if not self.file.exists():
            level: Literal["fail", "ok"] = "fail" if self.missing == "fail" else "ok"
            yield Problem(level, self.file.name, "there is no such file", "file", "correct its name")

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        if self.missing == "empty" and not self.file.exists():
            return
        with self.file.open() as stream:
            lines = stream.read().decode().split(self.separator)[: self.limit]
        yield from self.cut(({"text": line} for line in lines if line), max_batch_size, after)

    def place(self, origin: int) -> str:
        return f"{self.file.name}:{origin}"


class Moody(Lines):
    """Lines whose check fails in a way that was not foreseen."""

    def check(self) -> Iterable[Problem]:
        yield Problem("ok", self.file.name, "so far")
        raise RuntimeError("not today")


class Rewound(Lines):
    """Lines that can't be read from the middle."""

    resumable = False


class Checked(Validator[Row, Row]):
    """Rejects rows that are no ``model``, or where there is none, those whose text is ``bad``."""

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        model: ImportString[type[BaseModel]] | None = None,
        bad: str = "bad",
        error_file: Path | None = None,
    ) -> None:
        super().__init__(context, task, predecessor)
        task.rejects_file = error_file
        self.model = model
        self.bad = bad

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        errors = {i: [RowError("it is bad")] for i, row in enumerate(batch.chunk) if row["text"] == self.bad}
        return self.reject(batch, errors)


class Credentials(BaseModel):
    user: str
    password: SecretStr


class Chatty(Checked):
    """Whose check gives what is no problem."""

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        *,
        login: Credentials | None = None,
    ) -> None:
        super().__init__(context, task, predecessor)

    def check(self) -> Iterable[Any]:
        yield "all is well"
        yield None
        yield Problem("ok", "chatty", "all is well")


class Hollow(Checked):
    """Whose constructor leaves out that of its base."""

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any]) -> None: ...


class Table(Sink[Row]):
    """Appends rows to a table, with ``parameters`` added to each."""

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        table: str | None = None,
        *,
        table_file: FileLocation | None = None,
        parameters: Mapping[str, Any] | None = None,
        output: FileLocation | None = None,
        connection: str = "toy",
    ) -> None:
        super().__init__(context, task, predecessor)
        if bool(table) == bool(table_file):
            raise OptionError("table", "give one of table and table_file")
        self.table = table or "from a file"
        self.parameters = dict(parameters or {})
        self.output = output
        self.connection_name = connection

    @property
    def toy(self) -> ToyStore:
        return self.context.connection(self.connection_name, Toy).store

    @property
    def store(self) -> CheckpointStore:
        return self.toy

    def check(self) -> Iterable[Problem]:
        level: Literal["ok", "warn"] = "warn" if self.table == "old" else "ok"
        yield Problem(level, self.table, f"{len(self.toy.tables)} tables are there", "table")

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        assert checkpoint is not None
        self.toy.calls.append({"rows": len(batch.chunk), "output": self.output})
        if self.toy.fail_at == len(self.toy.calls):
            raise OSError("the table fell over")
        self.toy.tables.setdefault(self.table, []).extend({**row, **self.parameters} for row in batch.chunk)
        written = {"rows_written": len(batch.chunk)}
        self.toy.checkpoints[checkpoint.key] = (checkpoint.position.origin, checkpoint.state(written))
        return written


class Say(Task):
    """Counts how often it says ``words``."""

    said: ClassVar[list[object]] = []

    def __init__(
        self,
        context: ETLContext,
        words: Sequence[str],
        *,
        parameters: Mapping[str, Any] | None = None,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        super().__init__(context, name=name, optional=optional)
        self.words = words
        self.parameters = parameters

    def run_internal(self) -> TaskReturn:
        if "fail" in self.words:
            raise OSError("it lost its voice")
        self.said.append((*self.words, *(self.parameters or {}).values()))
        return TaskReturn(True, {"words_said": len(self.words)})


class Listener(Reporter):
    """Remembers the status of runs."""

    heard: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, context: ETLContext, prefix: str = "") -> None:
        self.prefix = prefix
        self.context = context

    def run_finished(self, event: RunFinished) -> None:
        self.heard.append((self.prefix, event.summary.status))


class Unready(Sink[Row]):
    """No plugin author's pride: its constructor raises what it should not."""

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any]) -> None:
        raise RuntimeError("not ready")

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        return {}


class Untyped(Sink[Row]):
    """Its option has no type."""

    def __init__(self, context, task, predecessor, size):  # type: ignore[no-untyped-def]
        super().__init__(context, task, predecessor)

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        return {}


SPECS: Mapping[Kind, Sequence[ProcessorSpec]] = {
    "source": [
        ProcessorSpec("lines", Lines, "Lines."),
        ProcessorSpec("moody", Moody, "Moody."),
        ProcessorSpec("rewound", Rewound, "Lines from the start."),
        ProcessorSpec("table", Table, "A sink in the wrong place."),
    ],
    "validator": [
        ProcessorSpec("checked", Checked, "Checks."),
        ProcessorSpec("chatty", Chatty, "Checks, and says so in its own way."),
        ProcessorSpec("hollow", Hollow, "Is made without its base."),
    ],
    "sink": [
        ProcessorSpec("table", Table, "Tables."),
        ProcessorSpec("unready", Unready, "Raises."),
        ProcessorSpec("untyped", Untyped, "Can't be configured."),
    ],
    "task": [ProcessorSpec("say", Say, "Says.")],
    "reporter": [ProcessorSpec("listener", Listener, "Listens."), ProcessorSpec("console", Listener, "Listens.")],
    "connection": [
        ProcessorSpec("toy", Toy, "In memory."),
        ProcessorSpec("paper", PaperToy, "On paper.", stands_in_for="toy"),
    ],
}


def toy_registry() -> Registry:
    """A registry in which this plugin is the only one."""
    registry = Registry({})
    registry.plugins = [Plugin("toy", "etl-host-toy", "1.2", state="ok", specs=SPECS)]
    return registry
