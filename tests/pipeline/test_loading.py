from __future__ import annotations

from pathlib import Path

import pytest

from etl_host import Pipeline, Run
from etl_host.pipeline.problems import PipelineError
from pipeline_folder import PipelineFolder

LINES = "pipeline: p\nreporters: []\ntasks:\n"
ONE = LINES + "  - {task: a, source: {lines: a.txt}, sink: {table: t}}\n"


def test_two_pipelines_in_one_process_have_their_own_models(folder: PipelineFolder, tmp_path: Path) -> None:
    other = PipelineFolder(tmp_path / "other")
    text = ONE.replace("sink:", 'validators: [{checked: "models:Row"}], sink:')
    classes = []
    for place in (folder, other):
        place.write("a.txt", "1\n")
        place.write(
            "models.py", f"from pydantic import BaseModel\nclass Row(BaseModel):\n    where: str = '{place.path}'\n"
        )
        task = place.load(text)._loaded.steps
        steps = [step for step in task._steps.values() if step and step.use.name == "checked"]
        arguments = steps[0].arguments(Run.new("p"))
        assert arguments is not None
        classes.append(arguments["model"])
    assert [made().where for made in classes] == [str(folder.path), str(other.path)]


def test_a_file_that_is_not_there_is_a_problem_like_others(folder: PipelineFolder) -> None:
    with pytest.raises(PipelineError) as caught:
        Pipeline.from_file(folder.path / "nothing.yaml")
    assert str(caught.value) == (
        f"{folder.path}/nothing.yaml: there is no such file [no-pipeline-file]\n"
        "1 problem, nothing was read or written (exit code 2)"
    )


@pytest.mark.parametrize("text", ["- a\n", "just text\n"])
def test_a_file_that_is_no_mapping_is_refused(text: str, folder: PipelineFolder) -> None:
    [problem] = folder.problems(text)
    assert problem.startswith("1:1: a pipeline file is a mapping")
