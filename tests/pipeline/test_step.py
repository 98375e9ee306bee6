"""Options in a file, from their text to the processor: through whole pipelines, since that is where they are met."""

from __future__ import annotations

import pytest

from etl_host.pipeline.problems import PipelineError
from pipeline_folder import PipelineFolder


def chain(source: str = "{lines: a.txt}", sink: str = "{table: t}", head: str = "", validators: str = "[]") -> str:
    return (
        f"pipeline: p\n{head}tasks:\n  - task: a\n    source: {source}\n"
        f"    validators: {validators}\n    sink: {sink}\n"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            chain("{lnies: a.txt}"),
            '4:14: no plugin offers a source "lnies", did you mean "lines"? '
            "installed are: lines, moody, rewound, table; install the plugin that has it [unknown-plugin]",
        ),
        (chain('"${SOURCE}"'), "4:13: the name of a source can't be a variable [unknown-plugin]"),
        (
            chain("{lines: {fiel: a.txt}}"),
            '4:14: source lines needs the option "file" [missing-option]\n'
            '4:22: source lines has no option "fiel", did you mean "file"? [unknown-option]',
        ),
        (chain("lines"), '4:13: source lines needs the option "file" [missing-option]'),
        (chain("{lines: }"), '4:14: source lines needs the option "file" [missing-option]'),
        (
            chain("{lines: {file: a.txt, missing: perhaps}}"),
            "4:44: missing: should be 'fail' or 'empty' [wrong-option]",
        ),
        (
            chain("{lines: {file: a.txt, separator: ab}}"),
            "4:46: it must be one character; take one [wrong-option]",
        ),
        (chain("{lines: {file: a.txt, limit: [5]}}"), "4:42: limit: should be a valid integer [wrong-option]"),
        (chain(sink="{table: {table: t, table_file: x}}"), "6:27: give one of table and table_file [wrong-option]"),
        (chain(sink="table"), "6:11: give one of table and table_file [wrong-option]"),
        (
            chain(sink="unready"),
            "6:11: sink unready can't be made: RuntimeError: not ready [broken-plugin]",
        ),
        (
            chain(validators="[hollow]"),
            "5:18: validator hollow can't be used: its constructor does not call super().__init__() [broken-plugin]",
        ),
        (chain(sink="untyped"), "6:11: Untyped: parameter size has no type annotation [broken-plugin]"),
        (
            chain(validators='[{checked: "models:Stop"}]'),
            "5:28: model: there is no {home}/models.py, and no installed module models [wrong-option]",
        ),
        (
            chain(sink="{table: {table: t, connection: prdo}}", head="connections: {prod: {kind: toy, place: x}}\n"),
            '7:42: there is no connection prdo, did you mean "prod"? [unknown-connection]',
        ),
        (
            chain(sink="{table: {table: t, connection: far}}"),
            "6:42: there is no connection far; declare it under connections [unknown-connection]",
        ),
        (
            chain("{lines: 'a-${etl.run}.txt'}"),
            "4:24: ${etl.run} is known only once the run has begun: it may stand only in "
            '"parameters" of a sink or of what is run, and in the file of a file sink [misplaced-variable]',
        ),
        (
            "pipeline: p\nreporters: [lsitener]\ntasks: [{task: a, run: {say: [x]}}]\n",
            '2:13: no plugin offers a reporter "lsitener", did you mean "listener"? installed are: console, listener; '
            "install the plugin that has it [unknown-plugin]",
        ),
        (
            "pipeline: p\ntasks: [{task: a, run: {say: {word: [x]}}}]\n",
            '2:25: task say needs the option "words" [missing-option]\n'
            '2:31: task say has no option "word", did you mean "words"? [unknown-option]',
        ),
    ],
)
def test_a_wrong_option_is_a_problem_at_its_place(text: str, problem: str, folder: PipelineFolder) -> None:
    assert folder.problems(text) == problem.replace("{home}", str(folder.path)).split("\n")


def test_a_plugin_that_is_no_source_is_not_taken_for_one(folder: PipelineFolder) -> None:
    text = chain("{table: t}")
    assert folder.problems(text) == [
        "4:14: source table can't be made: TypeError: Table.__init__() missing 1 required positional argument: "
        "'predecessor' [broken-plugin]"
    ]


def test_all_problems_of_a_file_are_told_at_once(folder: PipelineFolder) -> None:
    text = chain("{lines: {fiel: a.txt}}", "{table: {tabel: t}}", "batchsize: 1\nconnections: {a: {kind: tyo}}\n")
    assert [problem.split(": ")[0] for problem in folder.problems(text)] == ["2:1", "3:25", "6:14", "6:22", "8:20"]


def test_options_of_an_anchor_are_told_once_at_the_anchor(folder: PipelineFolder) -> None:
    text = """
    pipeline: p
    x-source: &source {lines: {file: a.txt, limit: many}}
    tasks:
      - {task: a, source: *source, sink: {table: t}}
      - {task: b, source: *source, sink: {table: t}}
    """
    assert [problem.split(" ")[0] for problem in folder.problems(text)] == ["3:48:"]


@pytest.mark.parametrize(
    "connection",
    [
        "{kind: toy, place: x, password: [hunter2]}",
        "{kind: toy, place: x, password: hunter2, nothing: 1}",
        "{kind: toy, place: x, password: '${NOWHERE} hunter2'}",
        "{kind: toy, place: x, password: {a: hunter2}, place_: 1}",
        "{kind: typo, place: x, password: hunter2}",
        "{kind: toy, place: x, password: wrong-password}",
        "{kind: toy, place: x, password: '${SECRET_WORD}', nothing: 1}",
        "{kind: toy, place: x, password: hunter2: x}",
        "{kind: toy, place: x, password: hunter2",
    ],
)
def test_a_secret_is_in_no_message_whatever_is_wrong(connection: str, folder: PipelineFolder) -> None:
    settings = {"SECRET_WORD": "hunter2"}
    with pytest.raises(PipelineError) as caught:
        folder.load(chain(head=f"connections:\n  c: {connection}\n"), settings=settings)
    for told in (str(caught.value), repr(caught.value.problems), repr(caught.value)):
        assert "hunter2" not in told
        assert "wrong-password" not in told


def test_a_secret_parameter_is_in_no_message_wherever_it_is_used(folder: PipelineFolder) -> None:
    head = "parameters: {word: {type: secret}}\n"
    text = chain("{lines: {file: a.txt, separator: '${word}', missing: '${word}'}}", "{'${word}': t}", head)
    with pytest.raises(PipelineError) as caught:
        folder.load(text, parameters={"word": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_an_option_may_be_the_short_one_a_mapping_or_a_list(folder: PipelineFolder) -> None:
    folder.write("a.txt", "one\n")
    text = """
    pipeline: p
    reporters: []
    tasks:
      - {task: a, source: {lines: a.txt}, sink: {table: t}}
      - {task: b, source: {lines: {file: a.txt}}, sink: {table: {table: t}}}
      - {task: c, run: {say: [hello, world]}}
    """
    assert folder.load(text).run().exit_code == 0
    assert folder.store.tables == {"t": [{"text": "one"}, {"text": "one"}]}
