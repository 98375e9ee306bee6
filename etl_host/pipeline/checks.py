"""Asks every processor, before a run, what it can say about its input, its queries, its target."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import partial
from typing import Any

from etl_host.core.chain_task import ChainTask
from etl_host.core.checkpoint import Run
from etl_host.core.errors import EtlHostError, OptionError, text_of
from etl_host.core.problem import Problem
from etl_host.core.processor import BatchProcessor
from etl_host.core.sink import Sink
from etl_host.core.store import CheckpointStore
from etl_host.core.task import Task
from etl_host.delivery.runs.plan import task_key
from etl_host.pipeline.check_context import CheckContext, NotLookedAt, problem_of
from etl_host.pipeline.connections import Connections
from etl_host.pipeline.finding import Finding
from etl_host.pipeline.lanes import problems_of_lanes
from etl_host.pipeline.model import PipelineModel, RunModel, all_tasks
from etl_host.pipeline.outlook import OUTLOOK, outlook
from etl_host.pipeline.problems import Place
from etl_host.pipeline.step import Step
from etl_host.pipeline.steps import Steps
from etl_host.pipeline.tasks import SourceToSinkTask
from etl_host.pipeline.written_files import WrittenFiles


class _Stage(IntEnum):
    """The order in which findings are told."""

    SOURCES = 0
    VALIDATORS = 1
    CONNECTIONS = 2
    SINKS = 3
    GUARANTEES = 4


class Checks:
    """The checks of a pipeline's tasks, which were made in ``context``. They raise nothing."""

    def __init__(self, model: PipelineModel, steps: Steps, connections: Connections, context: CheckContext) -> None:
        self._runs = {task.name: steps.step(task.run) for task in all_tasks(model.tasks) if isinstance(task, RunModel)}
        self._connections = connections
        self._context = context

    def findings(self, tasks: Iterable[Task]) -> list[Finding]:
        """What the processors of ``tasks`` and their connections say, in the order of stages."""
        written = WrittenFiles()
        found = [staged for task in tasks if isinstance(task, ChainTask) for staged in self._of_task(task, written)]
        return [finding for _, finding in sorted(found, key=lambda staged: staged[0])]

    def outlook(self, tasks: Iterable[Task], run: Run) -> list[Finding]:
        """What a run of ``tasks`` would do; ``run``: a new one, with its plan and parameters."""
        chains = [task for task in tasks if isinstance(task, ChainTask)]
        sources = {task_key(task): task.chain().links()[0] for task in chains}
        said = _said(OUTLOOK, lambda: outlook(_stores(chains), run, sources))
        return [Finding(None, None, problem) for problem in said]

    def _of_task(self, task: ChainTask, written: WrittenFiles) -> Iterator[tuple[_Stage, Finding]]:
        links = task.chain().links()
        source = self._step(task, links[0])
        files = [*source.files(self._context.run)] if source else []
        writer = written.writer_of(files)
        written.add(task.name, files, links[-1])
        yield from self._asked(_Stage.SINKS, task, links[-1], partial(_overwrites, links[-1], written))
        if writer is not None:
            not_yet = Problem("skip", links[0].label, f"not looked at: task {writer} writes what is read")
            yield _Stage.SOURCES, Finding(task.name, links[0].label, not_yet)
        for number, link in enumerate(links):
            stage = _Stage.SINKS if isinstance(link, Sink) else (_Stage.VALIDATORS, _Stage.SOURCES)[not number]
            if writer is None or stage is _Stage.SINKS:
                yield from self._asked(stage, task, link, link.check)
        if isinstance(sink := links[-1], Sink):
            yield from self._asked(_Stage.SINKS, task, sink, partial(problems_of_lanes, sink), "lanes")
        owner = next((link for link in links if "error_file" in self._options(task, link)), links[-1])
        yield from self._asked(_Stage.VALIDATORS, task, owner, lambda: self._rejects(task))
        if isinstance(sink := links[-1], Sink):
            yield from self._asked(_Stage.GUARANTEES, task, sink, lambda: [self._guarantee(sink)], "guarantee")

    def _asked(
        self,
        stage: _Stage,
        task: Task,
        link: BatchProcessor[Any],
        check: Callable[[], Iterable[Problem]],
        subject: str = "",
    ) -> Iterator[tuple[_Stage, Finding]]:
        """What ``check`` says, and what the connections say that it was the first to use."""
        step = self._step(task, link)
        said = _said(subject or link.label, check)
        for problem in self._context.said:
            yield _Stage.CONNECTIONS, Finding(None, link.label, problem, self._place_of_connection(link, step))
        self._context.said.clear()
        for problem in said:
            yield stage, Finding(task.name, link.label, problem, step.place(problem.option) if step else None)

    def _place_of_connection(self, link: BatchProcessor[Any], step: Step | None) -> Place | None:
        """Where it is declared, else where it is used."""
        declared = self._connections.declared.get(getattr(link, "connection_name", ""))
        if declared is not None and not self._connections.replaces(declared):
            return declared.place
        return step.place("connection") if step else None

    def _rejects(self, task: Task) -> Iterator[Problem]:
        """Raises OptionError where another task has the same file."""
        self._context.rejects_of(task)
        yield from ()

    def _guarantee(self, sink: Sink[Any]) -> Problem:
        promise = self._context.delivery.guarantee(sink)
        message = f"{promise.name}: {promise.reason}"
        if promise.name == "exactly once":
            return Problem("ok", "guarantee", message)
        return Problem("warn", "guarantee", message, code="at-least-once")

    def _options(self, task: Task, link: BatchProcessor[Any]) -> Iterable[str]:
        step = self._step(task, link)
        return step.options if step else ()

    def _step(self, task: Task, link: BatchProcessor[Any]) -> Step | None:
        steps = task.steps if isinstance(task, SourceToSinkTask) else ()
        return next((step for step in steps if step.use.label == link.label), self._runs.get(task.name))


def _stores(tasks: Iterable[ChainTask]) -> Sequence[CheckpointStore]:
    stores: list[CheckpointStore] = []
    for task in tasks:
        stores += [store for store in task.stores() if all(store is not known for known in stores)]
    return stores


def _said(subject: str, check: Callable[[], Iterable[Problem]]) -> Sequence[Problem]:
    """What it says; what it raises is a failure as well."""
    said: list[Problem] = []
    try:
        for each in check():
            said.append(each if isinstance(each, Problem) else _no_problem(subject, each))
    except KeyboardInterrupt:
        raise
    except NotLookedAt as error:
        said.append(Problem("skip", subject, f"not looked at: {error}"))
    except EtlHostError as error:
        said.append(problem_of(subject, error))
    except BaseException as error:  # SystemExit too: a plugin may not end the host
        said.append(Problem("fail", subject, f"its check failed: {type(error).__name__}: {text_of(error)}"))
    return said


def _no_problem(subject: str, said: object) -> Problem:
    return Problem("fail", subject, f"its check gave a {type(said).__name__}, which is no Problem")


def _overwrites(sink: BatchProcessor[Any], written: WrittenFiles) -> Iterator[Problem]:
    reader = written.reader_of(sink)
    if reader is not None:
        message = f"it would replace what task {reader} reads"
        yield Problem(
            "fail", sink.label, message, "file", "write to another file", OptionError.exit_code, OptionError.code
        )
