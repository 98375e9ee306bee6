"""The task of a replay: the chain of another task, fed with its rejects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from etl_host.core.context import ETLContext
from etl_host.core.processor import BatchProcessor
from etl_host.flow.prefetch import Prefetch
from etl_host.pipeline.model import DEFAULT_BATCH_SIZE, ChainSettings
from etl_host.pipeline.replay.entrance import Entrance, Rejoin
from etl_host.pipeline.replay.lines import Expected
from etl_host.pipeline.replay.source import RejectsSource
from etl_host.pipeline.step import Step
from etl_host.pipeline.tasks import SourceToSinkTask


class ReplayTask(SourceToSinkTask):
    """Validators and sink of ``steps`` behind the rows of ``file``; its source is left alone.

    Neither ``lanes`` nor ``max_rejects`` apply: that rows which were rejected are rejected again is to be expected.
    """

    suspect = True

    def __init__(
        self,
        context: ETLContext,
        steps: Sequence[Step],
        *,
        name: str,
        settings: ChainSettings,
        file: Path,
        expected: Expected,
    ) -> None:
        batch_size = settings.batch_size or DEFAULT_BATCH_SIZE
        settings = replace(settings, batch_size=batch_size, max_rejects=None, lanes=None)
        super().__init__(context, steps, name=name, settings=settings)
        self.file = file
        self._expected = expected

    def chain(self) -> BatchProcessor[Any]:
        _, *validators, sink = self.steps
        in_flight = self.prefetch + 3  # one that is read, one that is written, one that waits for its end
        last: BatchProcessor[Any] = RejectsSource(self.file, self._expected, self.context, self, in_flight=in_flight)
        for entry, step in enumerate(validators):
            entrance = Entrance(self.context, self, last, entry)
            last = Rejoin(self.context, self, self._made(step, predecessor=entrance), entrance)
        last = Entrance(self.context, self, last, len(validators))
        if self.prefetch:
            last = Prefetch(self.context, self, last, ahead=self.prefetch)
        made = self._made(sink, predecessor=last)
        self.rejects_file = None  # a validator's error_file may be the very file that is replayed
        return made
