"""The first rows of a file, read by the source that knows it: with that source's own code, as a run will read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from etl_host.cli.starter.asking import Answer, asked
from etl_host.cli.starter.errors import UnknownInput
from etl_host.cli.starter.places import seen_from
from etl_host.cli.starter.table import Sample
from etl_host.core.context import ETLContext
from etl_host.core.files.location import FileLocation
from etl_host.core.source import Source
from etl_host.core.task import Task, TaskReturn
from etl_host.pipeline.conversion import Surroundings
from etl_host.pipeline.imports import Importer
from etl_host.pipeline.options import check_options
from etl_host.registry.lookup import Registry

MOST_ROWS: Final = 50_000
_BATCH: Final = 5000


class _Look(Task):
    """The task that a source needs to be made."""

    def run_internal(self) -> TaskReturn:
        return TaskReturn()


def sampled(file: str, folder: Path, registry: Registry) -> Sample:
    """The first rows of ``file``, a path or URL relative to the current folder, for a pipeline file in ``folder``.

    Raises UnknownInput where not exactly one source knows it, InputError where it can't be read.
    """
    answer = asked(FileLocation(file), seen_from(folder, file), registry)
    with TemporaryDirectory() as rejects, ETLContext({}, rejects_dir=rejects) as context:
        task = _Look(context)
        try:
            return _read(answer, file, folder, task)
        finally:
            task.close_rejects()


def _read(answer: Answer, file: str, folder: Path, task: Task) -> Sample:
    surroundings = Surroundings(folder.absolute(), Importer(folder.absolute()))
    arguments, wrong = check_options(answer.target, "source", answer.name, answer.options, surroundings)
    if wrong:
        raise UnknownInput(f"{file}: source {answer.name} can't be used as it says itself: {wrong[0].message}")
    source = answer.target(**arguments, context=task.context, task=task)
    rows: list[Mapping[str, Any]] = []
    read, whole = 0, True
    with closing(source.get_batch(_BATCH)) as batches:
        for batch in batches:
            rows += batch.chunk
            read += batch.batch_size
            if read >= MOST_ROWS:
                whole = False
                break
    return Sample(file, answer.name, answer.options, _names(source, rows), rows, whole, read - len(rows))


def _names(source: Source[Any], rows: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """The names that rows have, in the order in which they come; without rows, those that there would be."""
    return list(dict.fromkeys(name for row in rows for name in row)) or list(source.fields() or ())
