from __future__ import annotations

from pipeline_folder import PipelineFolder
from toy_plugin import Listener, Say

LINES = "pipeline: p\nreporters: []\ntasks:\n"
ONE = LINES + "  - {task: a, source: {lines: a.txt}, sink: {table: t}}\n"


def test_tasks_can_be_chosen_by_name_groups_too(folder: PipelineFolder) -> None:
    text = f"""{LINES}
  - {{task: a, run: {{say: [a]}}}}
  - group: g
    tasks: [{{task: b, run: {{say: [b]}}}}, {{task: c, run: {{say: [c]}}}}]
  - {{task: d, run: {{say: [d]}}}}
"""
    for tasks, said in ((["c"], ["c"]), (["d", "g"], ["b", "c", "d"]), ([], ["a", "b", "c", "d"])):
        Say.said.clear()
        summary = folder.load(text, tasks=tasks).run()
        assert Say.said == [(word,) for word in said]
        assert [task.name for task in summary.tasks] == said
    assert folder.problems(text, tasks=["cc"]) == ['there is no task cc, did you mean "c"? [unknown-task]']


def test_the_batch_size_can_be_chosen_for_all_tasks(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\n2\n3\n")
    text = (
        ONE.replace("task: a", "task: a, batch_size: 3")
        + "  - {group: g, tasks: [{task: b, source: {lines: a.txt}, sink: {table: u}}]}\n"
    )
    folder.load(text, batch_size=2).run()
    assert [call["rows"] for call in folder.store.calls if call["rows"]] == [2, 1, 2, 1]
    assert folder.problems(text, batch_size=0) == ["the batch size is 0: it must be 1 or more [wrong-value]"]


def test_the_rejects_that_are_allowed_can_be_chosen_for_all_tasks(folder: PipelineFolder) -> None:
    folder.write("a.txt", "1\nbad\n")
    text = ONE.replace("sink", "validators: [checked], max_rejects: 1, sink")
    assert folder.load(text).attempt().exit_code == 3
    assert folder.load(text, max_rejects=0).attempt().exit_code == 4
    [problem] = folder.problems(text, max_rejects="some")
    assert problem.startswith("max_rejects: 'some' is neither a number of rows")


def test_reporters_hear_of_the_run(folder: PipelineFolder) -> None:
    say = "tasks: [{task: a, run: {say: [x]}}]\n"
    folder.load("pipeline: p\n" + say).run()
    assert Listener.heard == [("", "success")]  # the console, by default
    Listener.heard.clear()
    text = "pipeline: p\nreporters: [{listener: first}, {console: {prefix: second}}]\n" + say
    folder.load(text, reporters=["listener", "console"]).run()
    assert Listener.heard == [("first", "success"), ("second", "success")]
    Listener.heard.clear()
    folder.load(text, quiet=True).run()
    folder.load("pipeline: p\n" + say, quiet=True, reporters=["listener"]).run()
    assert Listener.heard == [("first", "success"), ("", "success")]
