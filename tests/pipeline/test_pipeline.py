from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path

import pytest

from etl_host import ConnectionMissing, ExitCode, FileLocation, RunRefused
from pipeline_folder import PipelineFolder
from toy_plugin import Say
from toy_store import PaperToy, Toy

LINES = "pipeline: p\nreporters: []\ntasks:\n"
ONE = LINES + "  - {task: a, source: {lines: a.txt}, sink: {table: t}}\n"


def texts(rows: object) -> list[str]:
    assert isinstance(rows, list)
    return [row["text"] for row in rows]


def test_a_pipeline_loads_what_its_file_says(folder: PipelineFolder) -> None:
    folder.write("a.txt", "one\nbad\ntwo\n")
    text = """
    pipeline: p
    reporters: []
    parameters: {region: cairns, day: {type: date, default: 2026-01-31}, feed: {type: path, default: a.txt}}
    tasks:
      - task: greet
        run: {say: [hello, "${region}"]}
      - group: tables
        parallel: 2
        tasks:
          - task: first
            source: {lines: "${feed}"}
            validators: [checked]
            sink: {table: {table: t, parameters: {region: "${region}", day: "${day}"}}}
          - task: second
            source: {lines: "${feed}"}
            sink: {table: u}
    """
    summary = folder.load(text).run(rejects_dir=folder.path / "rejects")
    assert (summary.status, summary.exit_code, summary.guarantee) == ("rejects", ExitCode.REJECTS, "exactly once")
    assert [task.path for task in summary.tasks] == [("greet",), ("tables", "first"), ("tables", "second")]
    assert Say.said == [("hello", "cairns")]
    day = date(2026, 1, 31)
    assert folder.store.tables["t"] == [
        {"text": "one", "region": "cairns", "day": day},
        {"text": "two", "region": "cairns", "day": day},
    ]
    assert texts(folder.store.tables["u"]) == ["one", "bad", "two"]
    [line] = Path(str(summary.tasks[1].rejects_file)).read_text().splitlines()
    reject = json.loads(line)
    assert (reject["processor"], reject["place"], reject["pipeline"]) == ("validators[0]:checked", "a.txt:2", "p")


def test_the_run_knows_its_plan_its_parameters_and_its_plugins(folder: PipelineFolder) -> None:
    folder.write("a.txt", "one\n")
    text = f"""{ONE}
parameters:
  feed: {{type: path, default: a.txt}}
  word: {{type: secret, default: hunter2}}
  n: {{type: integer, default: 1}}
"""
    folder.load(text).run()
    run = folder.store.records[0].run
    assert run.pipeline == "p"
    assert [entry["task"] for entry in run.plan] == ["a"]
    assert run.parameters == {"feed": "a.txt", "n": 1}
    assert run.plugins["etl-host-toy"] == "1.2"
    assert "etl-host" in run.plugins


def test_the_paths_of_the_plan_are_those_that_the_delivery_uses(folder: PipelineFolder) -> None:
    folder.write("a.txt", "one\n")
    text = LINES + "  - {group: 'g/h', tasks: [{task: 'ä b%', source: {lines: a.txt}, sink: {table: t}}]}\n"
    folder.load(text).run()
    assert [entry["task"] for entry in folder.store.records[0].run.plan] == ["g%2Fh/%C3%A4 b%25"]
    assert {key.task for key in folder.store.checkpoints} == {"g%2Fh/%C3%A4 b%25"}


def test_a_run_that_failed_is_gone_on_with_by_the_next(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n2\n3\n4\n5\n")
    folder.write("sub/empty.txt", "")
    folder.load(LINES + "  - {task: e, source: {lines: sub/empty.txt}, sink: {table: t}}\n").run()
    store, before = folder.store, len(folder.store.calls)
    text = ONE.replace("pipeline: p", "pipeline: q\nbatch_size: 2")
    store.fail_at = before + 2
    failed = folder.load(text).run()
    assert (failed.status, failed.exit_code, failed.attempt) == ("failed", ExitCode.FAILED, 1)
    assert texts(store.tables["t"]) == ["1", "2"]
    store.fail_at = None
    resumed = folder.load(text).run()
    assert (resumed.status, resumed.attempt, resumed.run_id) == ("success", 2, failed.run_id)
    assert resumed.rows_before == 2
    assert texts(store.tables["t"]) == ["1", "2", "3", "4", "5"]


def test_a_run_can_be_begun_again(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n2\n3\n")
    pipeline = folder.load(ONE.replace("tasks:", "batch_size: 2\ntasks:"))
    Toy.stores[str(folder.path)] = Toy(str(folder.path)).store
    folder.store.fail_at = 2
    failed = pipeline.run()
    folder.store.fail_at = None
    again = pipeline.run(restart=True)
    assert again.run_id != failed.run_id
    assert texts(folder.store.tables["t"]) == ["1", "2", "1", "2", "3"]


@pytest.mark.parametrize(
    ("change", "choices", "refused"),
    [
        (("lines: a.txt", "lines: b.txt"), {}, "the source of task a has changed"),
        (("{table: t}", "{table: u}"), {}, None),
        (("task: a", "task: b"), {}, "the tasks were a; now they are b"),
        (("x: y", "x: z"), {}, "parameter x was 'y', now it is 'z'"),
        (("x: y", "x: y"), {"parameters": {"x": "w"}}, "parameter x was 'y', now it is 'w'"),
        (("batch_size: 2", "batch_size: 3"), {}, None),
    ],
)
def test_an_unfinished_run_goes_on_only_with_what_it_was_begun_with(
    change: tuple[str, str], choices: dict[str, object], refused: str | None, folder: PipelineFolder
) -> None:
    for name in ("a.txt", "b.txt"):
        folder.write(name, "1\n2\n3\n4\n")
    text = ONE.replace("tasks:", "batch_size: 2\nparameters: {x: y}\ntasks:")
    Toy(str(folder.path)).store.fail_at = 2
    folder.load(text).run()
    folder.store.fail_at = None
    changed = folder.load(text.replace(*change), **choices)
    if refused is None:
        assert changed.run().attempt == 2
    else:
        with pytest.raises(RunRefused, match=refused):
            changed.run()


def test_the_run_is_named_in_parameters_and_files_of_sinks_also_when_it_is_gone_on_with(
    folder: PipelineFolder,
) -> None:
    folder.write("a.txt", "1\n2\n")
    sink = '{table: {table: t, parameters: {run: "${etl.run}", begun: "${etl.started}"}, output: "out-${etl.run}.csv"}}'
    text = f"{LINES}  - {{task: a, batch_size: 1, source: {{lines: a.txt}}, sink: {sink}}}\n"
    text += '  - {task: b, run: {say: {words: [x], parameters: {run: "${etl.run}"}}}}\n'
    Toy(str(folder.path)).store.fail_at = 2
    run = folder.load(text).run().run_id
    folder.store.fail_at = None
    assert folder.load(text).run().run_id == run
    started = folder.store.records[0].run.started
    assert folder.store.tables["t"] == [{"text": n, "run": run, "begun": started} for n in ("1", "2")]
    assert folder.store.calls[0]["output"] == FileLocation(folder.path / f"out-{run}.csv")
    assert Say.said == [("x", run)]


def test_a_pipeline_can_be_stopped_and_goes_on_later(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n2\n")
    stop = threading.Event()
    stop.set()
    pipeline = folder.load(ONE)
    summary = pipeline.run(stop=stop)
    assert (summary.status, summary.exit_code, summary.tasks) == ("interrupted", ExitCode.INTERRUPTED, [])
    assert "nothing was read or written" in str(summary.error)
    assert not Toy.stores
    assert pipeline.run().status == "success"


def test_what_goes_wrong_before_there_is_a_context_is_told_by_the_summary(
    folder: PipelineFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("a.txt", "1\n")
    pipeline = folder.load(ONE, connections={"toy": "paper"})

    def from_settings(settings: object, name: str) -> PaperToy:
        raise ConnectionMissing("it was here a minute ago")

    monkeypatch.setattr(PaperToy, "from_settings", from_settings)
    summary = pipeline.attempt()
    assert (summary.status, summary.exit_code, summary.pipeline) == ("failed", ExitCode.USAGE, "p")
    assert "it was here a minute ago" in json.dumps(summary.as_dict())
    with pytest.raises(ConnectionMissing):
        pipeline.run()


def test_an_optional_task_may_fail(folder: PipelineFolder) -> None:
    text = LINES + "  - {task: a, run: {say: [fail]}, optional: true}\n  - {task: b, run: {say: [b]}}\n"
    summary = folder.load(text).run()
    assert [(task.name, task.status) for task in summary.tasks] == [("a", "failed"), ("b", "success")]
    assert summary.exit_code == ExitCode.REJECTS


def test_a_pipeline_may_run_again_in_one_process(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n")
    pipeline = folder.load(ONE)
    assert pipeline.run().run_id != pipeline.run().run_id
    assert texts(folder.store.tables["t"]) == ["1", "1"]
