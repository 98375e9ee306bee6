"""``etl-host runs list``: a line for each run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Unpack

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.cli.redaction import without_secrets
from etl_host.cli.runs.where import ENVIRONMENT, Where, records_in, where_options

if TYPE_CHECKING:
    from etl_host.cli.runs.recorded import RecordedRun

SCHEMA: Final = 1


@click.command(
    "list",
    epilog=epilog(
        examples=[
            "etl-host runs list",
            "etl-host runs list --pipeline pipeline.yaml --json",
            "etl-host runs list --embedded",
        ],
        environment=ENVIRONMENT,
    ),
)
@where_options
@click.option("--json", "as_json", is_flag=True, help="Print all that is recorded, as JSON.")
@click.pass_context
def list_runs(context: click.Context, as_json: bool, **where: Unpack[Where]) -> None:
    """List the runs that are recorded, the newest first.

    A run is: running; success; rejects (done, but rows were set aside); failed; interrupted; limited (stopped by
    --limit); abandoned (given up with --restart); or crashed (its process is gone, or was not heard of for a minute).
    Times are in UTC.

    --json prints an object: schema (now 1; further fields don't raise it) and runs, each as "runs show" prints one.
    """
    host = Host.of(context)
    with records_in(host, where) as records:
        runs = records.runs()
    if as_json:
        told = json.dumps({"schema": SCHEMA, "runs": [run.as_dict() for run in runs]}, indent=2)
    else:
        told = "\n".join(_lines(runs))
    click.echo(without_secrets(told, host.settings))


def _lines(runs: Sequence[RecordedRun]) -> Iterator[str]:
    from etl_host.cli.runs.text import count, moment, screen_width, table

    if not runs:
        yield "no runs are recorded there"
        return
    columns = {
        "STATUS": [run.status for run in runs],
        "RUN": [run.id for run in runs],
        "PIPELINE": [run.run.pipeline for run in runs],
        "STARTED": [moment(run.started) for run in runs],
        "TIME": [f"{run.summary.seconds:,.1f} s" if run.summary else "" for run in runs],
        "READ": [f"{run.balance.read:,}" for run in runs],
        "REJECTED": [f"{run.rejected_rows:,}" for run in runs],
        "EXIT": ["" if run.record.exit_code is None else str(run.record.exit_code) for run in runs],
    }
    yield from table(
        columns,
        screen_width(),
        right=("TIME", "READ", "REJECTED", "EXIT"),
        spared=("EXIT", "TIME", "REJECTED", "STARTED", "READ", "PIPELINE"),
    )
    yield f"{count(len(runs), 'run')}; one of them: etl-host runs show {runs[0].id}"
