"""The command on real graphs: a replay that is killed, and two that are started at once, load each row once."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

from command import Command, etl_host
from graph_handle import GraphHandle

ROWS = 120
PIPELINE = """
pipeline: things
reporters: []
tasks:
  - task: things
    source: {csv: things.csv}
    validators: [{pydantic: "models:Thing"}]
    sink: {cypher: {query: "UNWIND $batch AS row CREATE (:Thing {id: row.id})"}}
"""
MODEL = "from pydantic import BaseModel\n\n\nclass Thing(BaseModel):\n    id: int\n"


def ids_in(graph: GraphHandle) -> Counter[int]:
    found = graph.driver.execute_query("MATCH (t:Thing) RETURN t.id AS id", database_=graph.database).records
    return Counter(record["id"] for record in found)


def is_killed_when_some_are_loaded(replay: Command, graph: GraphHandle, more_than: int) -> bool:
    while replay.runs() and len(ids_in(graph)) <= more_than:
        time.sleep(0.002)
    return replay.kill()


def test_rows_are_loaded_once_though_replays_are_killed_and_overlap(graph: GraphHandle, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "pipeline.yaml").write_text(PIPELINE)
    (folder / "models.py").write_text(MODEL)
    values = [f"x{number}" if number % 3 else str(number) for number in range(ROWS)]
    (folder / "things.csv").write_text("\n".join(["id", *values]))
    load = etl_host(folder, "run", "pipeline.yaml", settings=graph.settings)
    assert load.exit_code == 3, load.stderr
    right = len(ids_in(graph))
    [file] = (folder / "rejects").iterdir()
    rejects = [json.loads(line) for line in file.read_text().splitlines()]
    corrected = [{**reject, "row": {"id": reject["row"]["id"].removeprefix("x")}} for reject in rejects]
    file.write_text("".join(json.dumps(reject) + "\n" for reject in corrected))

    def replay() -> Command:
        arguments = ("replay", "pipeline.yaml", "--task", "things", "--batch-size", "1")
        return Command(folder, *arguments, settings=graph.settings)

    for more in (0, 20):
        assert is_killed_when_some_are_loaded(replay(), graph, right + more)
    assert right < len(ids_in(graph)) < ROWS

    ended = [both.ended() for both in [replay(), replay()]]
    codes = sorted(each.exit_code for each in ended)
    assert codes in ([0, 0], [0, 6]), ended  # the later one finds it locked, or done
    assert ids_in(graph) == Counter(range(ROWS))
    assert [left.suffix for left in (folder / "rejects").iterdir()] == [".replayed"]
