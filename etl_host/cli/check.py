"""``etl-host check``: what would stop a run, or should be known before it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Unpack

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.cli.pipeline_options import Chosen, pipeline_of, pipeline_options
from etl_host.cli.redaction import without_secrets

if TYPE_CHECKING:
    from etl_host.pipeline.finding import Finding
    from etl_host.pipeline.problems import Place

SCHEMA: Final = 1
_TO_BE_MENDED: Final = ("warn", "fail")
_WIDEST_SUBJECT: Final = 20


@click.command(
    epilog=epilog(
        examples=[
            "etl-host check pipeline.yaml --embedded",
            "etl-host check pipeline.yaml --offline",
            "etl-host check pipeline.yaml --set region=cairns --json",
        ],
        exit_codes=[
            "0  nothing fails; there may be warnings",
            "1  an input, a query or the database would stop a run",
            "2  the file, an option, a plugin or the environment is wrong",
            "6  another process is at work there",
        ],
    )
)
@pipeline_options
@click.option("--offline", is_flag=True, help="Use no connection: what needs one is skipped.")
@click.option("--json", "as_json", is_flag=True, help="Print an object with all that was found.")
@click.pass_context
def check(context: click.Context, offline: bool, as_json: bool, **chosen: Unpack[Chosen]) -> None:
    """Check the pipeline FILE and all that a run of it needs, without reading rows or changing anything.

    One line each, in this order: the file, its plugins, variables and models; inputs and their columns; the
    server, queries and the constraints that they want; what is guaranteed, and what a run would do: begin anew,
    go on, or be refused. A run makes the same checks first.

    --json prints: schema (now 1; further fields don't raise it), ok, counts by level, seconds, and checks, each
    with level (ok, warn, fail or skip), subject, task, message, place (file, line, column), remedy and code.
    """
    from etl_host.pipeline.verdict import exit_code_of_check

    host, began = Host.of(context), time.monotonic()
    found = _found(host, chosen, offline=offline)
    seconds = time.monotonic() - began
    file = str(chosen["file"])
    told = json.dumps(_as_dict(found, file, seconds), indent=2) if as_json else "\n".join(_lines(found, file, seconds))
    click.echo(without_secrets(told, host.settings))
    context.exit(exit_code_of_check(found))


def _found(host: Host, chosen: Chosen, *, offline: bool) -> Sequence[Finding]:
    from etl_host.pipeline.file_checks import findings_of_error
    from etl_host.pipeline.problems import PipelineError

    try:
        return pipeline_of(host, chosen, quiet=True).check(offline=offline)
    except PipelineError as error:
        return [*findings_of_error(error)]


def _lines(found: Sequence[Finding], file: str, seconds: float) -> Iterator[str]:
    """A line each, those that say the same of several tasks in one; then how many there are of each level."""
    width = min(_WIDEST_SUBJECT, max(len(finding.problem.subject) for finding in found))
    for (level, subject, _), same in _alike(found).items():
        yield f"{level:<4}  {subject:<{width}}  {_told(same, file)}"
    counts = Counter(finding.problem.level for finding in found)
    skipped = f", {counts['skip']} skipped" if counts["skip"] else ""
    yield f"{_count(counts['warn'], 'warning')}, {_count(counts['fail'], 'failure')}{skipped} in {seconds:.1f} s"


def _alike(found: Sequence[Finding]) -> dict[tuple[str, str, str], list[Finding]]:
    """Findings by what they say; what is to be mended stays apart."""
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for number, finding in enumerate(found):
        said = finding.problem
        what = f"{number}" if said.level in _TO_BE_MENDED else said.message
        alike.setdefault((said.level, said.subject, what), []).append(finding)
    return alike


def _told(same: Sequence[Finding], file: str) -> str:
    """Of what is to be mended also the place, and the name to explain it by."""
    finding = same[0]
    if finding.problem.level not in _TO_BE_MENDED:
        return finding.told() if len(same) == 1 else f"{len(same)} tasks: {finding.problem.message}"
    place = finding.place
    where = f"{file}:{place.line}:{place.column}: " if place else ""
    return f"{where}{finding.told()} [{finding.problem.code}]"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _as_dict(found: Sequence[Finding], file: str, seconds: float) -> dict[str, Any]:
    counts = Counter(finding.problem.level for finding in found)
    return {
        "schema": SCHEMA,
        "ok": not counts["fail"],
        "counts": {level: counts[level] for level in ("ok", "warn", "fail", "skip")},
        "seconds": round(seconds, 3),
        "checks": [_entry(finding, file) for finding in found],
    }


def _entry(finding: Finding, file: str) -> dict[str, Any]:
    said = finding.problem
    return {
        "level": said.level,
        "subject": said.subject,
        "task": finding.task,
        "message": said.message,
        "place": _place(finding.place, file),
        "remedy": said.remedy,
        "code": said.code if said.level in _TO_BE_MENDED else None,
    }


def _place(place: Place | None, file: str) -> dict[str, Any] | None:
    return None if place is None else {"file": file, "line": place.line, "column": place.column}
