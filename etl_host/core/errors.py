"""The errors that users meet, each with a name and the exit code of the command line."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar, Final


class ExitCode(IntEnum):
    """What the command line exits with. 99 is never used: orchestrators read it as "skipped"."""

    OK = 0
    FAILED = 1
    USAGE = 2
    REJECTS = 3
    BUDGET = 4
    INTERRUPTED = 5
    LOCKED = 6


class EtlHostError(Exception):
    """An error whose cause and remedy are known.

    ``code`` names the kind of error in messages, and its page of ``etl-host explain``; ``remedy`` says what to do.
    """

    code: str = "failed"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy

    def told(self) -> str:
        """What is wrong, and where, with the code in brackets; more lines may follow."""
        first, *details = str(self).split("\n")
        return "\n".join([f"{first} [{self.code}]", *details])

    @property
    def page(self) -> str:
        """The code whose page explains it best."""
        return self.code


class OptionError(EtlHostError, ValueError):
    """Raised by a constructor where the value of ``option`` is wrong.

    The pipeline places it at the option's line and column.
    """

    code = "wrong-option"
    exit_code = ExitCode.USAGE

    def __init__(self, option: str, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.option = option


class ConnectionMissing(EtlHostError):
    """A processor needs a connection and nothing says where to."""

    code = "no-connection-given"
    exit_code = ExitCode.USAGE


class ConnectionFailed(EtlHostError):
    """The other side does not answer, or not with a welcome."""

    code = "no-connection"


class QueryRefused(EtlHostError):
    """The target refuses a query or statement itself, whatever the rows."""

    code = "query-refused"


class InputError(EtlHostError):
    """The input is missing, or not what it should be."""

    code = "wrong-input"


class OutputError(EtlHostError):
    """A file can't be written: of rejects, for example."""

    code = "output-failed"


class InputChanged(EtlHostError):
    """The part of the input that was consumed before the run was interrupted is not what it was."""

    code = "input-changed"


class RunRefused(EtlHostError):
    """An unfinished run can't go on like this; nothing was read or written."""

    code = "run-refused"
    exit_code = ExitCode.USAGE


class LostRejects(RunRefused):
    """The file of rejects holds fewer rows than the checkpoints count."""

    code = "lost-rejects"


class BudgetExceeded(EtlHostError):
    """More rows were rejected than the task may reject."""

    code = "too-many-rejects"
    exit_code = ExitCode.BUDGET


class Interrupted(EtlHostError):
    """The run was asked to stop; what is committed stays, and a later run goes on from there."""

    code = "interrupted"
    exit_code = ExitCode.INTERRUPTED


class Limited(EtlHostError):
    """The run has read as many rows as it was asked to; a later run goes on from there."""

    code = "limited"
    exit_code = ExitCode.OK


class Locked(EtlHostError):
    """Another process works on this pipeline and target."""

    code = "locked"
    exit_code = ExitCode.LOCKED


class Fenced(EtlHostError):
    """Another process has taken over; this one may not write any more."""

    code = "fenced"
    exit_code = ExitCode.LOCKED


_WORST_FIRST = (
    ExitCode.LOCKED,
    ExitCode.INTERRUPTED,
    ExitCode.FAILED,
    ExitCode.BUDGET,
    ExitCode.USAGE,
    ExitCode.REJECTS,
)


_OF_ERRORS: Final = frozenset(ExitCode) - {ExitCode.OK}


def worst(codes: set[ExitCode]) -> ExitCode:
    """The one exit code for a run whose tasks ended with ``codes``."""
    return next((code for code in _WORST_FIRST if code in codes), ExitCode.OK)


def name_of(error: BaseException) -> str:
    """What ``error`` is called in brackets."""
    if isinstance(error, KeyboardInterrupt):
        return Interrupted.code
    return error.code if isinstance(error, EtlHostError) else type(error).__name__


def text_of(error: BaseException) -> str:
    """The message of ``error``, which may be of a plugin's own kind and fail to tell one."""
    try:
        return str(error) or ("stopped at once" if isinstance(error, KeyboardInterrupt) else "")
    except Exception as failed:
        return f"(its message can't be shown: {type(failed).__name__})"


def exit_code_of(error: BaseException | None) -> ExitCode:
    """The exit code that ``error`` stands for: 0 only for no error at all, whatever a plugin's own kind says."""
    if error is None or isinstance(error, Limited):
        return ExitCode.OK
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    code = error.exit_code if isinstance(error, EtlHostError) else None
    return ExitCode(code) if code in _OF_ERRORS else ExitCode.FAILED
