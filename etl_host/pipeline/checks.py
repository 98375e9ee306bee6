"""Asks every processor, before a run, what it can say about its input, its queries, its target."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from etl_host.core.chain_task import ChainTask
from etl_host.core.connection import Connection
from etl_host.core.context import ETLContext
from etl_host.core.errors import ConnectionFailed, ConnectionMissing, EtlHostError, ExitCode, Locked
from etl_host.core.problem import Problem
from etl_host.core.processor import BatchProcessor
from etl_host.core.task import Task
from etl_host.pipeline.model import PipelineModel, RunModel, all_tasks
from etl_host.pipeline.problems import CheckFailed, PipelineError, Place, Problems
from etl_host.pipeline.step import Step
from etl_host.pipeline.tasks import SourceToSinkTask
from etl_host.pipeline.workshop import Workshop

log = logging.getLogger(__name__)

C = TypeVar("C", bound=Connection)

_SHARED: Final = (ConnectionFailed.code, ConnectionMissing.code)
"""What all tasks that use one connection say; once is enough."""


class _Offline(EtlHostError):
    """A check wants a connection that it may not use."""


class OfflineContext(ETLContext):
    """A context for checks without connections: what needs one is skipped."""

    def connection(self, name: str, kind: type[C]) -> C:
        raise _Offline(f"connection {name} is not used")


@dataclass(frozen=True)
class Finding:
    """What one processor said. ``processor``: its label; ``place``: of the option, or of the processor in the file.

    ``code``: of the error that it raised instead, where it did.
    """

    task: str
    processor: str
    problem: Problem
    place: Place | None = None
    code: str = "check-failed"


def findings(tasks: Iterable[Task], model: PipelineModel, workshop: Workshop) -> Iterator[Finding]:
    """What the processors of ``tasks`` say, task by task, source first. Of what they raise, only Locked is raised."""
    runs = {task.name: workshop.step(task.run) for task in all_tasks(model.tasks) if isinstance(task, RunModel)}
    for task in tasks:
        if not isinstance(task, ChainTask):
            continue
        for link in task.chain().links():
            step = _step(task, link) or runs.get(task.name)
            for problem, code in _said(link):
                place = step.place(problem.option) if step else None
                yield Finding(task.name, link.label, problem, place, code)


def heed(found: Iterable[Finding], problems: Problems) -> None:
    """Log the warnings among the findings, and raise one error with all that stop a run.

    That is PipelineError where one of them is a matter of configuration, else CheckFailed.
    """
    told: set[str] = set()
    failures = []
    for finding in found:
        said = finding.problem
        if said.level not in ("warn", "fail") or (said.message in told and finding.code in _SHARED):
            continue
        told.add(said.message)
        message = said.message if said.message.startswith(said.subject) else f"{said.subject}: {said.message}"
        message = f"{finding.task}: {message}{f'; {said.remedy}' if said.remedy else ''}"
        if said.level == "warn":
            log.warning("%s", message)
        else:
            failures.append(said)
            problems.add(finding.code, message, finding.place)
    if failures:
        usage = any(said.exit_code == ExitCode.USAGE for said in failures)
        raise problems.error(PipelineError if usage else CheckFailed)


def _step(task: Task, link: BatchProcessor[object]) -> Step | None:
    steps = task.steps if isinstance(task, SourceToSinkTask) else ()
    return next((step for step in steps if step.use.label == link.label), None)


def _said(link: BatchProcessor[object]) -> Iterator[tuple[Problem, str]]:
    """What it says, each with the code that names its kind."""
    try:
        for problem in link.check():
            yield problem, Finding.code
    except _Offline as error:
        yield Problem("skip", link.label, str(error)), error.code
    except Locked:
        raise  # nothing is wrong with the pipeline
    except EtlHostError as error:
        said = Problem("fail", link.label, str(error), remedy=error.remedy, exit_code=error.exit_code)
        yield said, error.code
    except (Exception, SystemExit) as error:
        yield Problem("fail", link.label, f"its check failed: {type(error).__name__}: {error}"), Finding.code
