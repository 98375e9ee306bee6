"""What findings mean for a run that is to begin."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from etl_host.core.errors import ExitCode, Locked
from etl_host.pipeline.finding import Finding
from etl_host.pipeline.problems import CheckFailed, PipelineError, Problems

log = logging.getLogger(__name__)


def heed(found: Iterable[Finding], problems: Problems) -> None:
    """Log the warnings among the findings, and raise one error with all that stop a run.

    That is Locked where another process has what is needed, PipelineError where it is a matter of configuration, else
    CheckFailed.
    """
    failed = []
    for finding in found:
        said = finding.problem
        if said.level == "warn":
            place = f":{finding.place.line}:{finding.place.column}" if finding.place else ""
            told = problems.masked(finding.told(with_subject=True))
            log.warning("%s%s: %s [%s]", problems.file, place, told, said.code)
        elif said.level == "fail":
            if said.exit_code == ExitCode.LOCKED:  # nothing is wrong with the pipeline
                raise Locked(said.message, remedy=said.remedy)
            failed.append(said)
            problems.add(said.code, finding.told(with_subject=True), finding.place)
    if failed:
        usage = any(said.exit_code == ExitCode.USAGE for said in failed)
        raise problems.error(PipelineError if usage else CheckFailed)


def exit_code_of_check(found: Iterable[Finding]) -> ExitCode:
    """That of a run that these stop: 0 where nothing fails, 6 where another process is at work, 2 where a matter of
    configuration fails, else 1.
    """
    failed = {finding.problem.exit_code for finding in found if finding.problem.level == "fail"}
    if not failed:
        return ExitCode.OK
    return next((code for code in (ExitCode.LOCKED, ExitCode.USAGE) if code in failed), ExitCode.FAILED)
