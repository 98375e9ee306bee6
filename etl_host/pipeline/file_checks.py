"""What there is to say of a pipeline file itself: that it is right, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl_host.core.errors import ExitCode
from etl_host.core.problem import Problem
from etl_host.pipeline.finding import Finding
from etl_host.pipeline.loading import Loaded
from etl_host.pipeline.model import GroupModel, all_tasks
from etl_host.pipeline.problems import PipelineError, PlacedProblem


def findings_of_file(loaded: Loaded) -> Iterator[Finding]:
    """One for each matter that was right when it was read."""
    tasks = [task for task in all_tasks(loaded.model.tasks) if not isinstance(task, GroupModel)]
    plugins = [f"{name} {version}" for name, version in sorted(loaded.steps.plugins.items())]
    told = {
        "file": f"{loaded.problems.file}: pipeline {loaded.model.name}, {_count(len(tasks), 'task')}",
        "plugins": ", ".join(plugins),
        "variables": _listed("parameter", list(loaded.parameters)),
        "models": ", ".join(loaded.steps.surroundings.importer.names),
    }
    for subject, message in told.items():
        if message:
            yield Finding(None, None, Problem("ok", subject, message))


def findings_of_error(error: PipelineError) -> Iterator[Finding]:
    """One for each problem of a file that can't be run, and one for what could not be looked at because of them."""
    for problem in error.problems:
        said = Problem("fail", _subject(problem), problem.message, exit_code=ExitCode.USAGE, code=problem.code)
        yield Finding(None, None, said, problem.place)
    yield Finding(None, None, Problem("skip", "the rest", "not looked at, as the pipeline is not right"))


def _subject(problem: PlacedProblem) -> str:
    if problem.code.endswith(("-plugin", "-plugins")):
        return "plugins"
    return "variables" if problem.code.endswith(("-variable", "-parameter")) else "file"


def _listed(what: str, names: Sequence[str]) -> str:
    """Without the values, which may be secret."""
    return f"{_count(len(names), what)}: {', '.join(names)}" if names else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
