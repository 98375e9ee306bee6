from __future__ import annotations

import logging

import pytest

from etl_host import ConnectionMissing, ExitCode
from etl_host.pipeline.problems import PipelineError
from pipeline_folder import PipelineFolder

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
    assert problem.message == "a: sink:table: connection toy: TOY_PLACE is not set; set TOY_PLACE"
    assert folder.load(text, settings={}).attempt().exit_code == ExitCode.USAGE


def test_every_processor_can_be_asked_what_it_finds_with_or_without_connections(folder: PipelineFolder) -> None:
    pipeline = folder.load(ONE)
    found = pipeline.check()
    assert [(f.task, f.processor, f.problem.level) for f in found] == [
        ("a", "source:lines", "fail"),
        ("a", "sink:table", "ok"),
    ]
    assert [(f.place.line, f.place.column) for f in found if f.place] == [(4, 31), (4, 53)]
    assert [f.problem.level for f in pipeline.check(offline=True)] == ["fail", "skip"]


def test_a_check_that_breaks_is_a_failure_and_ends_no_other(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n")
    pipeline = folder.load(ONE.replace("lines", "moody"))
    said = [(found.processor, found.problem.level, found.problem.message) for found in pipeline.check()]
    assert said == [
        ("source:moody", "ok", "so far"),
        ("source:moody", "fail", "its check failed: RuntimeError: not today"),
        ("sink:table", "ok", "0 tables are there"),
    ]
    assert pipeline.run().exit_code == ExitCode.FAILED


def test_a_warning_is_logged_and_the_run_goes_on(folder: PipelineFolder, caplog: pytest.LogCaptureFixture) -> None:
    folder.write("a.txt", "1\n")
    with caplog.at_level(logging.WARNING):
        assert folder.load(ONE.replace("table: t", "table: old")).run().status == "success"
    assert caplog.messages == ["a: old: 0 tables are there"]
