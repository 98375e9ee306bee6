from __future__ import annotations

import logging

import pytest

from etl_host import ConnectionMissing, ExitCode, Problem
from etl_host.pipeline.finding import Finding
from etl_host.pipeline.problems import PipelineError
from pipeline_folder import PipelineFolder
from toy_store import Toy

LINES = "pipeline: p\nreporters: []\ntasks:\n"
ONE = LINES + "  - {task: a, source: {lines: a.txt}, sink: {table: t}}\n"


def test_checks_stop_a_run_before_it_reads_and_all_are_told(folder: PipelineFolder) -> None:
    text = ONE + "  - {task: b, source: {lines: {file: b.txt}}, sink: {table: u}}\n"
    text += "  - {task: c, source: {lines: {file: c.txt, missing: empty}}, sink: {table: u}}\n"
    summary = folder.load(text).run()
    assert (summary.status, summary.exit_code, summary.tasks) == ("failed", ExitCode.FAILED, [])
    assert (
        str(summary.error)
        == f"""\
{folder.file}:4:31: a: a.txt: there is no such file; correct its name [check-failed]
    4 |   - {{task: a, source: {{lines: a.txt}}, sink: {{table: t}}}}
      |                               ^^^^^
{folder.file}:5:38: b: b.txt: there is no such file; correct its name [check-failed]
    5 |   - {{task: b, source: {{lines: {{file: b.txt}}}}, sink: {{table: u}}}}
      |                                      ^^^^^
2 problems, nothing was read or written (exit code 1)"""
    )
    assert folder.store.records == []
    folder.write("a.txt", "")
    folder.write("b.txt", "")
    assert folder.load(text).run().status == "success"


def test_a_connection_that_nobody_gives_is_told_once_and_is_a_matter_of_configuration(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n")
    text = ONE + "  - {task: b, source: {lines: a.txt}, sink: {table: u}}\n"
    with pytest.raises(PipelineError) as caught:
        folder.load(text, settings={}).run()
    [problem] = caught.value.problems
    assert problem.code == ConnectionMissing.code
    assert problem.message == "connection toy: TOY_PLACE is not set; set TOY_PLACE"
    assert folder.load(text, settings={}).attempt().exit_code == ExitCode.USAGE


def test_a_pipeline_is_asked_what_it_finds_with_or_without_connections(folder: PipelineFolder) -> None:
    pipeline = folder.load(ONE)
    assert told(pipeline.check()) == [
        f"ok file: {folder.file}: pipeline p, 1 task",
        "ok plugins: etl-host-toy 1.2",
        "fail a.txt: a: there is no such file; correct its name",
        "ok t: a: 0 tables are there",
        "ok guarantee: a: exactly once: checkpoints are committed with the rows",
        "ok run: a new run; there was none before",
    ]
    assert told(pipeline.check(offline=True))[2:] == [
        "fail a.txt: a: there is no such file; correct its name",
        "skip sink:table: a: not looked at: it needs connection toy",
        "skip guarantee: a: not looked at: it needs connection toy",
        "skip run: not looked at: it needs connection toy",
    ]


def test_findings_have_the_places_of_options_and_come_in_the_order_of_stages(folder: PipelineFolder) -> None:
    folder.write("a.txt", "")
    text = ONE + "  - {task: b, source: {lines: b.txt}, sink: {table: u}}\n"
    found = [finding for finding in folder.load(text).check() if finding.task]
    places = [(f.task, f.processor, (f.place.line, f.place.column)) for f in found if f.place]
    assert places == [
        ("b", "source:lines", (5, 31)),
        ("a", "sink:table", (4, 53)),
        ("b", "sink:table", (5, 53)),
        ("a", "sink:table", (4, 46)),
        ("b", "sink:table", (5, 46)),
    ]


def test_a_check_leaves_no_trace(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n")
    pipeline = folder.load(ONE)
    pipeline.check()
    store = folder.store
    assert (store.records, store.calls, store.checkpoints, store.tables) == ([], [], {}, {})
    assert not [*folder.path.glob("**/rejects*")]
    assert pipeline.run().attempt == 1


def test_a_check_that_breaks_is_a_failure_and_ends_no_other(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n")
    pipeline = folder.load(ONE.replace("lines", "moody"))
    assert told(pipeline.check())[2:5] == [
        "ok a.txt: a: so far",
        "fail source:moody: a: its check failed: RuntimeError: not today",
        "ok t: a: 0 tables are there",
    ]
    assert pipeline.run().exit_code == ExitCode.FAILED


def test_what_a_check_gives_that_is_no_problem_is_a_failure_and_ends_no_other(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n")
    pipeline = folder.load(ONE.replace("sink:", "validators: [chatty], sink:"))
    said = [line for line in told(pipeline.check()) if "chatty" in line]
    assert said == [
        "fail validators[0]:chatty: a: its check gave a str, which is no Problem",
        "fail validators[0]:chatty: a: its check gave a NoneType, which is no Problem",
        "ok chatty: a: all is well",
    ]


def test_a_warning_is_logged_with_its_place_and_the_run_goes_on(
    folder: PipelineFolder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write("a.txt", "1\n")
    with caplog.at_level(logging.WARNING):
        assert folder.load(ONE.replace("table: t", "table: old")).run().status == "success"
    assert caplog.messages == [f"{folder.file}:4:53: a: old: 0 tables are there [check-failed]"]


def test_a_connection_is_asked_once_and_whatever_needs_it_is_skipped_when_it_fails(
    folder: PipelineFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def check(self: Toy) -> list[Problem]:
        asked.append(self.place)
        return [Problem("fail", "server", "it is closed on Sundays", remedy="come again")]

    monkeypatch.setattr(Toy, "check", check, raising=False)
    folder.write("a.txt", "1\n")
    text = ONE + "  - {task: b, source: {lines: a.txt}, sink: {table: u}}\n"
    assert told(folder.load(text).check())[2:] == [
        "fail server: it is closed on Sundays; come again",
        "ok t: a: 0 tables are there",
        "skip sink:table: b: not looked at: connection toy fails",
        "skip guarantee: a: not looked at: connection toy fails",
        "skip guarantee: b: not looked at: connection toy fails",
        "skip run: not looked at: connection toy fails",
    ]
    assert len(asked) == 1


def test_a_source_that_cannot_go_on_weakens_the_guarantee_and_has_its_run_refused(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n2\n")
    text = ONE.replace("lines: a.txt", "rewound: a.txt").replace("tasks:", "batch_size: 1\ntasks:")
    warning = "warn guarantee: a: at least once: source:rewound can't go on from a position"
    assert told(folder.load(text).check())[-2:] == [warning, "ok run: a new run; there was none before"]
    folder.store.fail_at = 2
    run = folder.load(text).run().run_id
    folder.store.fail_at = None
    refused = told(folder.load(text).check())[-1]
    assert refused.startswith(f"fail run: run {run} is unfinished, and the source of task a can't go on")
    assert "--restart" in refused


@pytest.mark.parametrize(
    ("change", "outlook"),
    [
        (("x: y", "x: y"), "ok run: goes on with run {run} of {started}, attempt 2, after 2 rows"),
        (("x: y", "x: z"), "fail run: run {run} of p is unfinished and can't go on, since the pipeline has changed: "
         "parameter x was 'y', now it is 'z'; undo the changes"),
        (("lines: a.txt", "lines: b.txt"), "fail run: run {run} of p is unfinished and can't go on"),
        (("pipeline: p", "pipeline: q"), "ok run: a new run; there was none before"),
    ],
)  # fmt: skip
def test_what_a_run_would_do_with_an_unfinished_one_is_told(
    change: tuple[str, str], outlook: str, folder: PipelineFolder
) -> None:
    for name in ("a.txt", "b.txt"):
        folder.write(name, "1\n2\n3\n4\n")
    text = ONE.replace("tasks:", "batch_size: 2\nparameters: {x: y}\ntasks:")
    Toy(str(folder.path)).store.fail_at = 2
    assert folder.load(text).run().status == "failed"
    folder.store.fail_at = None
    [record] = folder.store.records
    said = told(folder.load(text.replace(*change)).check())[-1]
    assert said.startswith(outlook.format(run=record.run.id, started=record.run.started))
    assert folder.store.records == [record]


def test_the_last_run_is_told_when_it_is_over(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n")
    run = folder.load(ONE).run().run_id
    assert told(folder.load(ONE).check())[-1].startswith(f"ok run: a new run; the last, {run}, began ")


def test_one_file_for_the_rejects_of_two_tasks_is_refused(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n")
    task = "{source: {lines: a.txt}, validators: [{checked: {error_file: e.jsonl}}], sink: {table: t}, task: %s}\n"
    text = LINES + "".join(f"  - {task % name}" for name in "ab")
    with pytest.raises(PipelineError, match="tasks a and b have one file for their rejects"):
        folder.load(text).run()


def test_no_finding_shows_a_secret(folder: PipelineFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Toy, "check", lambda toy: [Problem("fail", "server", "no: hunter2")], raising=False)
    folder.write("a.txt", "1\n")
    text = f"connections: {{toy: {{place: {folder.path}, password: hunter2}}}}\n{ONE}"
    assert "fail server: no: …" in told(folder.load(text).check())
    assert "hunter2" not in str(folder.load(text).attempt().error)


def told(found: list[Finding]) -> list[str]:
    return [f"{finding.problem.level} {finding.problem.subject}: {finding.told()}" for finding in found]
