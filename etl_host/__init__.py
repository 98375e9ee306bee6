"""etl-host: loads data through chains of batch processors that plugins bring, each row exactly once.

These are the public names; everything else may change. Importing this package imports neither pydantic,
pluggy nor a driver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host.core.batch import (
        Balance,
        Batches,
        BatchResults,
        Position,
        Row,
        Rows,
        Statistics,
        add_statistics,
    )
    from etl_host.core.chain_task import ChainTask
    from etl_host.core.checkpoint import Checkpoint, CheckpointKey, CheckpointState, Run
    from etl_host.core.closed_loop import ClosedLoopBatchProcessor
    from etl_host.core.connection import Connection
    from etl_host.core.context import ETLContext
    from etl_host.core.delivery import Delivery
    from etl_host.core.deprecation import EtlHostDeprecationWarning
    from etl_host.core.errors import (
        BudgetExceeded,
        ConnectionFailed,
        ConnectionMissing,
        EtlHostError,
        ExitCode,
        Fenced,
        InputChanged,
        InputError,
        Interrupted,
        Locked,
        LostRejects,
        OptionError,
        OutputError,
        QueryRefused,
        RunRefused,
    )
    from etl_host.core.files.location import FileLike, FileLocation
    from etl_host.core.files.sink import FileSink
    from etl_host.core.groups import ParallelTaskGroup, TaskGroup
    from etl_host.core.json_values import from_json, to_json
    from etl_host.core.lanes import Lanes
    from etl_host.core.problem import Level, Problem
    from etl_host.core.processor import BatchProcessor
    from etl_host.core.rejects import Reject, RowError
    from etl_host.core.reporting import (
        BatchFinished,
        Reporter,
        RunFinished,
        RunStarted,
        TaskFinished,
        TaskStarted,
    )
    from etl_host.core.room import BatchRoom
    from etl_host.core.sink import Fault, RowsRefused, Sink
    from etl_host.core.source import Source
    from etl_host.core.store import CheckpointStore, RunRecord
    from etl_host.core.summary import RunSummary, TaskSummary
    from etl_host.core.task import Task, TaskReturn
    from etl_host.core.validator import Validator
    from etl_host.delivery import ExactlyOnce
    from etl_host.pipeline import Pipeline
    from etl_host.pipeline.finding import Finding
    from etl_host.registry import ProcessorSpec, hookimpl
    from etl_host.registry.suggestions import did_you_mean

_HOMES = {
    "core.batch": "Balance Batches BatchResults Position Row Rows Statistics add_statistics",
    "core.chain_task": "ChainTask",
    "core.checkpoint": "Checkpoint CheckpointKey CheckpointState Run",
    "core.closed_loop": "ClosedLoopBatchProcessor",
    "core.connection": "Connection",
    "core.context": "ETLContext",
    "core.delivery": "Delivery",
    "core.deprecation": "EtlHostDeprecationWarning",
    "core.errors": "BudgetExceeded ConnectionFailed ConnectionMissing EtlHostError ExitCode Fenced "
    "InputChanged InputError Interrupted Locked LostRejects OptionError OutputError QueryRefused RunRefused",
    "core.files.sink": "FileSink",
    "core.groups": "ParallelTaskGroup TaskGroup",
    "core.json_values": "from_json to_json",
    "core.lanes": "Lanes",
    "core.files.location": "FileLike FileLocation",
    "core.problem": "Level Problem",
    "core.processor": "BatchProcessor",
    "core.rejects": "Reject RowError",
    "core.reporting": "BatchFinished Reporter RunFinished RunStarted TaskFinished TaskStarted",
    "core.sink": "Fault RowsRefused Sink",
    "core.room": "BatchRoom",
    "core.source": "Source",
    "core.store": "CheckpointStore RunRecord",
    "core.summary": "RunSummary TaskSummary",
    "core.task": "Task TaskReturn",
    "core.validator": "Validator",
    "delivery": "ExactlyOnce",
    "pipeline": "Pipeline",
    "pipeline.finding": "Finding",
    "registry": "ProcessorSpec hookimpl",
    "registry.suggestions": "did_you_mean",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Balance",
    "BatchFinished",
    "BatchProcessor",
    "BatchResults",
    "BatchRoom",
    "Batches",
    "BudgetExceeded",
    "ChainTask",
    "Checkpoint",
    "CheckpointKey",
    "CheckpointState",
    "CheckpointStore",
    "ClosedLoopBatchProcessor",
    "Connection",
    "ConnectionFailed",
    "ConnectionMissing",
    "Delivery",
    "ETLContext",
    "EtlHostDeprecationWarning",
    "EtlHostError",
    "ExactlyOnce",
    "ExitCode",
    "Fault",
    "Fenced",
    "FileLike",
    "FileLocation",
    "FileSink",
    "Finding",
    "InputChanged",
    "InputError",
    "Interrupted",
    "Lanes",
    "Level",
    "Locked",
    "LostRejects",
    "OptionError",
    "OutputError",
    "ParallelTaskGroup",
    "Pipeline",
    "Position",
    "Problem",
    "ProcessorSpec",
    "QueryRefused",
    "Reject",
    "Reporter",
    "Row",
    "RowError",
    "Rows",
    "RowsRefused",
    "Run",
    "RunFinished",
    "RunRecord",
    "RunRefused",
    "RunStarted",
    "RunSummary",
    "Sink",
    "Source",
    "Statistics",
    "Task",
    "TaskFinished",
    "TaskGroup",
    "TaskReturn",
    "TaskStarted",
    "TaskSummary",
    "Validator",
    "add_statistics",
    "did_you_mean",
    "from_json",
    "hookimpl",
    "to_json",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
