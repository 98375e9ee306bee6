"""``etl-host runs show``: all that is recorded of a run."""

from __future__ import annotations

import json
from typing import Final, Unpack

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.cli.redaction import without_secrets
from etl_host.cli.runs.where import ENVIRONMENT, Where, records_in, where_options

SCHEMA: Final = 1


@click.command(
    "show",
    epilog=epilog(
        examples=[
            "etl-host runs show 20261123T053721-33c3",
            "etl-host runs show nightly-1 --pipeline pipeline.yaml --json",
        ],
        environment=ENVIRONMENT,
    ),
)
@click.argument("run", metavar="ID")
@where_options
@click.option("--json", "as_json", is_flag=True, help="Print all that is recorded, as JSON.")
@click.pass_context
def show_run(context: click.Context, run: str, as_json: bool, **where: Unpack[Where]) -> None:
    """Show what is recorded of the run ID: its tasks in order, what they counted, what failed, what comes next.

    While it goes on, and where it was killed, the counts are those that are committed. Times are in UTC.

    --json prints an object: schema (now 1; further fields don't raise it), and run, with id, pipeline, status,
    unfinished, attempt, started, ended, exit_code, host, pid, silence (seconds since its process was heard of),
    parameters, plugins, rejects_dir, balance, rejected_rows, statistics, tasks, summary (see --summary-json),
    and history: what a reporter such as neo4j has kept of its batches.
    """
    host = Host.of(context)
    with records_in(host, where) as records:
        [found] = records.named([run])
        history = records.history(found)
    if as_json:
        told = json.dumps({"schema": SCHEMA, "run": {**found.as_dict(), "history": history}}, indent=2)
    else:
        from etl_host.cli.runs.page import page_of
        from etl_host.cli.runs.text import screen_width

        told = "\n".join(page_of(found, history, screen_width()))
    click.echo(without_secrets(told, host.settings))
