"""``etl-host runs delete``: forget runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Unpack

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.cli.runs.where import ENVIRONMENT, Where, records_in, where_options
from etl_host.core.errors import EtlHostError

if TYPE_CHECKING:
    from etl_host.cli.runs.recorded import RecordedRun
    from etl_host.cli.runs.records import Records

_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def _date(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f'"{text}" is no date, such as 2026-11-23 or 2026-11-23T02:00') from None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _age(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    if (age := re.fullmatch(r"(\d{1,5})([hdw])", text)) is None:
        raise click.BadParameter(f'"{text}" is no age, such as 12h, 30d or 8w')
    return datetime.now(UTC) - int(age[1]) * _UNITS[age[2]]


@click.command(
    "delete",
    epilog=epilog(
        examples=[
            "etl-host runs delete 20261123T053721-33c3",
            "etl-host runs delete --older-than 30d --yes",
            "etl-host runs delete --before 2026-11-01 --pipeline pipeline.yaml",
        ],
        environment=ENVIRONMENT,
    ),
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--before", metavar="DATE", callback=_date, help="Finished runs that began before; in UTC.")
@click.option("--older-than", metavar="AGE", callback=_age, help="Finished runs that began so long ago: 12h, 30d, 8w.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@where_options
@click.pass_context
def delete_runs(
    context: click.Context,
    ids: tuple[str, ...],
    before: datetime | None,
    older_than: datetime | None,
    yes: bool,
    **where: Unpack[Where],
) -> None:
    """Forget runs: those of these IDs, or old ones. What they have loaded stays, and so do files of rejects.

    A run that is running is never deleted. One that is unfinished is deleted by its ID only, as the next run of its
    pipeline can't go on with it any more, and loads all rows again.
    """
    limits = [limit for limit in (before, older_than) if limit is not None]
    if bool(ids) + len(limits) != 1:
        raise click.UsageError("name runs by their IDs, or say how old with --before or --older-than")
    from etl_host.cli.runs.text import count  # --help does without
    from etl_host.core.visible import visible

    host = Host.of(context)
    with records_in(host, where) as records:
        runs = records.named(ids) if ids else _finished_before(limits[0], records)
        for run in runs:
            records.refuse_running(run)
        if not runs:
            click.echo("no finished run is that old: nothing was deleted")
            return
        if not yes:
            click.confirm(visible(_question(runs)), abort=True, err=True)
        for number, run in enumerate(runs):
            try:
                records.delete(run)
            except EtlHostError:
                click.echo(f"{count(number, 'run')} deleted")
                raise
    click.echo(f"{count(len(runs), 'run')} deleted")


def _finished_before(limit: datetime, records: Records) -> list[RecordedRun]:
    return [run for run in records.runs() if not run.unfinished and datetime.fromisoformat(run.started) < limit]


def _question(runs: Sequence[RecordedRun]) -> str:
    unfinished = [run for run in runs if run.unfinished]
    again = "".join(
        f"{run.id} is unfinished, the next run of {run.run.pipeline} loads all again; " for run in unfinished
    )
    what = f"run {runs[0].id} of {runs[0].run.pipeline}" if len(runs) == 1 else f"{len(runs):,} runs"
    return f"{again}delete {what}?"
