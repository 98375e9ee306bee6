from __future__ import annotations

from typing import Any

import pytest

from etl_host.flow.prefetch import Prefetch
from pipeline_folder import PipelineFolder

TASK = """
pipeline: p
reporters: []
tasks:
  - {task: a, source: {lines: a.txt}, validators: [checked], sink: {table: t}}
"""


@pytest.mark.parametrize(("said", "default", "ahead"), [(0, 2, 0), (3, 0, 3), (3, 2, 3), (None, 2, 2), (None, 0, 0)])
def test_batches_are_read_ahead_as_the_file_says_and_else_as_whoever_runs_it_does(
    folder: PipelineFolder, monkeypatch: pytest.MonkeyPatch, said: int | None, default: int, ahead: int
) -> None:
    used = []

    class Watched(Prefetch[Any]):
        def get_batch(self, max_batch_size: int) -> Any:
            used.append((self.ahead, self.upstream.label))
            return super().get_batch(max_batch_size)

    monkeypatch.setattr("etl_host.pipeline.tasks.Prefetch", Watched)
    folder.write("a.txt", "\n".join(map(str, range(100))))
    text = TASK if said is None else TASK.replace("sink", f"prefetch: {said}, sink")
    summary = folder.load(text, batch_size=7, prefetch=default).run()
    assert used == ([(ahead, "validators[0]:checked")] if ahead else [])
    assert summary.balance.written == 100
    assert [row["text"] for row in folder.store.tables["t"]] == [str(n) for n in range(100)]
