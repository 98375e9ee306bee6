"""What a processor's ``check`` reports, before anything is read or written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from etl_host.core.errors import ExitCode

Level: TypeAlias = Literal["ok", "warn", "fail", "skip"]


@dataclass(frozen=True)
class Problem:
    """The outcome of one check.

    ``level``: "ok", "warn" (the run starts all the same), "fail" (it doesn't) or "skip" (could not be looked
    at). ``subject``: what was looked at, e.g. ``"stops.txt"``. ``message``: what was found. ``option``: the
    option whose place in the pipeline file is shown. ``remedy``: what to do about it. ``exit_code``: of a run
    that this stops. ``code``: names the kind of problem; ``etl-host explain CODE`` shows its page.
    """

    level: Level
    subject: str
    message: str
    option: str | None = None
    remedy: str | None = None
    exit_code: ExitCode = ExitCode.FAILED
    code: str = "check-failed"
