"""``etl-host replay``: load rows that were rejected, once they are corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from etl_host.cli.ending import Ending, writable
from etl_host.cli.errors import show
from etl_host.cli.host import Host
from etl_host.cli.log_reporter import LogReporter
from etl_host.cli.logs import log_options, logging_to_stderr
from etl_host.cli.options import EXIT_CODES, epilog
from etl_host.cli.overlap import PREFETCH, tuned_for_rows
from etl_host.cli.pipeline_options import Chosen, pipeline_of, pipeline_options
from etl_host.cli.stopping import stopping


@click.command(
    epilog=epilog(
        examples=[
            "etl-host replay pipeline.yaml --task stops",
            "etl-host replay pipeline.yaml --task stops --rejects corrected.jsonl",
        ],
        exit_codes=EXIT_CODES,
        environment=["ETL_ERROR_PATH  where rejected rows are without --rejects-dir"],
    )
)
@pipeline_options
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The rejects to load.  [default: those of the task's newest run]",
)
@click.option("--rejects-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where rows that are rejected go.")
@click.option("--accept-lost-rejects", is_flag=True, help="Go on though the file of earlier rejects is gone.")
@click.option("--batch-size", type=click.IntRange(min=1), metavar="N", help="Rows in a batch, whatever the file says.")
@click.option(
    "--retry-time",
    type=click.FloatRange(min=0),
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a database in trouble.",
)
@click.option(
    "--summary-json", metavar="FILE", callback=writable, help='Write how it ended to a file, as JSON; "-" is stdout.'
)
@click.option("--report", "reporters", multiple=True, metavar="NAME", help="One more reporter. Repeatable.")
@log_options
@click.option("--quiet", is_flag=True, help="Show no progress and no summary, only errors.")
@click.pass_context
def replay(
    context: click.Context,
    rejects: Path | None,
    rejects_dir: Path | None,
    accept_lost_rejects: bool,
    batch_size: int | None,
    retry_time: float,
    summary_json: str | None,
    reporters: tuple[str, ...],
    log_level: str,
    log_format: str,
    quiet: bool,
    **chosen: Unpack[Chosen],
) -> None:
    """Load the rows that a task of FILE rejected, once corrected.

    Each goes first to what refused it, and takes effect exactly once. What fails again goes to a new file of rejects;
    the one that was loaded gets the ending .replayed.
    """
    if len(chosen["tasks"]) != 1:
        raise click.UsageError("name one task, whose rejects are to be loaded, with --task")
    [task] = chosen["tasks"]
    host = Host.of(context)
    in_json = log_format == "json"
    ending = Ending(summary_json)
    with ending.awaited(), stopping() as stop, tuned_for_rows():
        # on the root context, as errors are shown when the command is over
        secrets = {**host.settings, **chosen["parameters"]}
        context.find_root().with_resource(logging_to_stderr(log_level, log_format, secrets))
        pipeline = pipeline_of(
            host, chosen, batch_size=batch_size, reporters=reporters, quiet=quiet or in_json, prefetch=PREFETCH
        )
        ending.summary = pipeline.replay(
            task,
            rejects=rejects,
            rejects_dir=rejects_dir,
            accept_lost_rejects=accept_lost_rejects,
            retry_time=retry_time,
            stop=stop,
            reporters=[LogReporter(), ending] if in_json and not quiet else [ending],
        )
    summary = ending.tell(context)
    if not summary.run_id and summary.error is None and not quiet:
        show(f"{task}: nothing to do: there are no rejects in that place, or they are replayed already")
    context.exit(summary.exit_code)
