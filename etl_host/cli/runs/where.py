"""Which stores the user means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar, cast

import click

from etl_host.cli.completing import PipelineFile
from etl_host.cli.pipeline_options import Chosen, connection_option, embedded_option, pipeline_of, set_option

if TYPE_CHECKING:
    from etl_host.cli.host import Host
    from etl_host.cli.runs.records import Records
    from etl_host.core.connection import Connection
    from etl_host.core.context import ETLContext

F = TypeVar("F", bound=Callable[..., Any])

ENVIRONMENT: Final = (
    "NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE",
    "  the database, where no option says which",
)
"""For ``epilog``."""


class Where(TypedDict):
    """What ``where_options`` passes to a command."""

    pipeline: Path | None
    embedded: bool
    parameters: dict[str, str]
    connections: tuple[str, ...]


def where_options(command: F) -> F:
    """Give ``command`` the options that say where to look."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def records_in(host: Host, where: Where) -> Iterator[Records]:
    """The records in the stores that are meant; connections are closed with the block.

    Raises EtlHostError where they can't be had, ConnectionMissing where nothing says which are meant.
    """
    from etl_host.cli.runs.records import Records  # --help does without these
    from etl_host.core.connection import store_behind

    if (file := where["pipeline"]) is not None:
        chosen = Chosen(
            file=file,
            embedded=where["embedded"],
            parameters=where["parameters"],
            tasks=(),
            connections=where["connections"],
        )
        pipeline = pipeline_of(host, chosen, quiet=True)
        with pipeline.stores() as stores:
            yield Records(stores, pipeline.name)
        return
    if where["parameters"]:
        raise click.UsageError("--set sets a parameter of a pipeline: name its file with --pipeline")
    with _context(host, where) as context:
        yield Records([store for store in map(store_behind, context.connections) if store is not None])


def _context(host: Host, where: Where) -> ETLContext:
    """One with the connections that are meant."""
    from etl_host.core.context import ETLContext

    if where["connections"] or where["embedded"]:
        return host.context(where["connections"], embedded=where["embedded"])
    return ETLContext(host.settings, connections=_of_environment(host))


def _of_environment(host: Host) -> dict[str, Connection]:
    """The connections of which the environment says enough. Raises ConnectionMissing where there is none."""
    from etl_host.core.errors import ConnectionMissing

    made: dict[str, Connection] = {}
    lacking: list[str] = []
    for offer in host.registry.specs("connection"):
        if offer.spec.stands_in_for is None:
            try:
                made[offer.spec.name] = cast("type[Connection]", offer.target()).from_settings(
                    host.settings, offer.spec.name
                )
            except ConnectionMissing as error:
                lacking.append(str(error))
    if not made:
        raise ConnectionMissing(
            "; ".join(["nothing says where to look for runs", *lacking]),
            remedy="name the pipeline with --pipeline FILE, or the embedded graph with --embedded",
        )
    return made


_OPTIONS = (
    click.option(
        "--pipeline", type=PipelineFile(), metavar="FILE", help="Look in the targets of this pipeline, for its runs."
    ),
    embedded_option,
    connection_option,
    set_option,
)
