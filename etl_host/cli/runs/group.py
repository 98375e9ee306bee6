"""The commands of ``etl-host runs``."""

from __future__ import annotations

import click

from etl_host.cli.options import epilog
from etl_host.cli.runs.delete import delete_runs
from etl_host.cli.runs.list import list_runs
from etl_host.cli.runs.show import show_run


@click.group(
    commands=[list_runs, show_run, delete_runs],
    epilog=epilog(
        examples=[
            "etl-host runs list",
            "etl-host runs show 20261123T053721-33c3 --pipeline pipeline.yaml",
            "etl-host runs delete --older-than 30d --embedded",
        ]
    ),
)
def runs() -> None:
    """Look at runs: those that are over, and those under way.

    Each target keeps its own records: a database beside its data, a file that is written beside that file. With
    --pipeline, these are the targets of that pipeline; else the database that --embedded, --connection or the
    environment names, with the runs of all pipelines.
    """
