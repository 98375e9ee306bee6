"""``etl-host run``: load what a pipeline file says."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Unpack

import click

from etl_host.cli.batch_size import BatchSize
from etl_host.cli.ending import Ending, writable
from etl_host.cli.host import Host
from etl_host.cli.log_reporter import LogReporter
from etl_host.cli.logs import log_options, logging_to_stderr
from etl_host.cli.options import EXIT_CODES, epilog
from etl_host.cli.overlap import PREFETCH, tuned_for_rows
from etl_host.cli.pipeline_options import Chosen, pipeline_of, pipeline_options
from etl_host.cli.profile import profiled
from etl_host.cli.stopping import stopping


@click.command(
    epilog=epilog(
        examples=[
            "etl-host run pipeline.yaml --embedded",
            "etl-host run pipeline.yaml --set region=cairns --task stops",
            "etl-host run pipeline.yaml --quiet --summary-json summary.json",
            "etl-host run pipeline.yaml --restart",
            "etl-host run pipeline.yaml --run-id nightly-20261123",
            "etl-host run pipeline.yaml --rollback --limit 10",
        ],
        exit_codes=EXIT_CODES,
        environment=[
            "NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE",
            "                the database, where neither FILE nor --embedded says it",
            "ETL_ERROR_PATH  where rejected rows go without --rejects-dir",
            "NO_COLOR        if set, nothing is coloured",
            "Any variable can be used in FILE as ${NAME}.",
        ],
    )
)
@pipeline_options
@click.option("--batch-size", type=BatchSize(min=1), metavar="N|auto", help="Rows in a batch, whatever the file says.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop, for now, after so many rows.")
@click.option("--rollback", is_flag=True, help="Try the first rows of each task (--limit, or 100); nothing is written.")
@click.option("--max-rejects", metavar="N|P%", help="Rows that each task may reject, or their share, such as 1%.")
@click.option("--restart", is_flag=True, help="Give up an unfinished run and begin again: its rows are loaded again.")
@click.option("--run-id", metavar="ID", help="The run's id; one that is finished is told again, and loads nothing.")
@click.option("--rejects-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where rows that are rejected go.")
@click.option("--accept-lost-rejects", is_flag=True, help="Go on though the file of earlier rejects is gone.")
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
@click.option(
    "--profile",
    metavar="FILE",
    callback=writable,
    help="Write, as HTML, which functions took how long; nothing is read ahead then.",
)
@click.option("--report", "reporters", multiple=True, metavar="NAME", help="One more reporter. Repeatable.")
@log_options
@click.option("--quiet", is_flag=True, help="Show no progress and no summary, only errors.")
@click.pass_context
def run(
    context: click.Context,
    batch_size: int | Literal["auto"] | None,
    limit: int | None,
    rollback: bool,
    max_rejects: str | None,
    restart: bool,
    run_id: str | None,
    rejects_dir: Path | None,
    accept_lost_rejects: bool,
    retry_time: float,
    summary_json: str | None,
    profile: str | None,
    reporters: tuple[str, ...],
    log_level: str,
    log_format: str,
    quiet: bool,
    **chosen: Unpack[Chosen],
) -> None:
    """Load what the pipeline FILE says, each row exactly once.

    A run that was interrupted goes on where it stopped when the same command is started again.
    """
    host = Host.of(context)
    secrets = {**host.settings, **chosen["parameters"]}
    in_json = log_format == "json"
    ending = Ending(summary_json)
    heard_by = [LogReporter(), ending] if in_json and not quiet else [ending]
    with ending.awaited(), stopping() as stop, tuned_for_rows(), profiled(profile):
        # on the root context, as errors are shown when the command is over
        context.find_root().with_resource(logging_to_stderr(log_level, log_format, secrets))
        pipeline = pipeline_of(
            host,
            chosen,
            batch_size=batch_size,
            max_rejects=max_rejects,
            reporters=reporters,
            quiet=quiet or in_json,
            prefetch=0 if profile else PREFETCH,  # only one thread is profiled
        )
        ending.summary = pipeline.attempt(
            restart=restart,
            run_id=run_id,
            rejects_dir=rejects_dir,
            accept_lost_rejects=accept_lost_rejects,
            limit=limit,
            rollback=rollback,
            retry_time=retry_time,
            stop=stop,
            reporters=heard_by,
        )
    context.exit(ending.tell(context).exit_code)
