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


@pytest.mark.parametrize("ahead", [0, 3])
def test_batches_are_read_ahead_of_the_sink_where_the_file_says_so(
    folder: PipelineFolder, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    used = []

    class Watched(Prefetch[Any]):
        def get_batch(self, max_batch_size: int) -> Any:
            used.append((self.ahead, self.upstream.label))
            return super().get_batch(max_batch_size)

    monkeypatch.setattr("etl_host.pipeline.tasks.Prefetch", Watched)
    folder.write("a.txt", "\n".join(map(str, range(100))))
    summary = folder.load(TASK.replace("sink", f"prefetch: {ahead}, sink"), batch_size=7).run()
    assert used == ([(3, "validators[0]:checked")] if ahead else [])
    assert summary.balance.written == 100
    assert [row["text"] for row in folder.store.tables["t"]] == [str(n) for n in range(100)]
