"""Whether a query can load batches: what its text tells, and what the server says to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from etl_host import ExitCode, Problem, QueryRefused, did_you_mean
from etl_host_neo4j.explain import commits_by_itself, explain
from etl_host_neo4j.patterns import changes_schema, fields_in, only_reads, parameters_in
from etl_host_neo4j.script import bare

if TYPE_CHECKING:
    from etl_host_neo4j.connection import Neo4jConnection


def problems_of_text(
    query: str, parameters: Collection[str], fields: Collection[str] | None, option: str
) -> Iterator[Problem]:
    """What is wrong with ``query`` whatever the server says.

    ``parameters``: the names of all that it is given. ``fields``: of the rows; None where they are not known.
    """
    text = bare(query)
    if changes_schema(text):
        yield refused("it changes the schema", option, 'let a task of its own do that: "run" instead of a sink')
        return
    if "batch" not in parameters_in(query):
        yield refused("it does not use $batch, the rows", option, "begin with UNWIND $batch AS row")
    for name in parameters_in(query):
        if name not in parameters:
            remedy = "add it to parameters"
            yield refused(f"it uses ${name}, which is not given{did_you_mean(name, parameters)}", option, remedy)
    for name in fields_in(query):
        if fields is not None and name not in fields:
            message = f"the rows have no field {name}, so that it is null in each{did_you_mean(name, fields)}"
            yield Problem("warn", "query", message, option, code="unknown-field")


def problems_of_plan(
    connection: Neo4jConnection, query: str, parameters: Mapping[str, Any], option: str
) -> Iterator[Problem]:
    """What the server has against ``query``."""
    try:
        summary = explain(connection, query, parameters)
    except QueryRefused as error:
        yield refused(str(error), option, error.remedy, error.exit_code)
        return
    if summary.query_type == "r" or only_reads(query):  # not all servers tell
        yield refused("it only reads", option, "write something: CREATE, MERGE, SET or DELETE")
    elif commits_by_itself(summary, query):
        yield refused("it commits by itself, so rows could be loaded twice", option, "leave IN TRANSACTIONS out")


def refused(message: str, option: str, remedy: str | None = None, exit_code: ExitCode = ExitCode.USAGE) -> Problem:
    """A query that can't be used."""
    return Problem("fail", "query", message, option, remedy, exit_code, QueryRefused.code)
