"""``pipeline.yaml``: a task for each file, in Cypher for a graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl_host.cli.starter.cypher import constraint, node_query, relationship_query, relationship_statement
from etl_host.cli.starter.table import Reference, Table
from etl_host.cli.starter.tables import CONSTRAINTS, RELATIONSHIPS
from etl_host.cli.starter.yaml_text import yaml_text

_HEAD = """\
# yaml-language-server: $schema=etl-host.schema.json
# Written by etl-host init from the first rows of the files. Look at what it guessed: keys, and in models.py the types.
pipeline: {name}
version: 1
# connections:  # where to; without it NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD say it, or --embedded
#   neo4j: {{uri: "neo4j://localhost:7687", password: "${{NEO4J_PASSWORD}}"}}
# batch_size: 5000
tasks:"""


def pipeline_file(name: str, tables: Sequence[Table]) -> str:
    """The text of the file. ``name``: of the pipeline."""
    later: list[tuple[Table, Reference]] = []
    parts = [_HEAD.format(name=yaml_text(name)), *_constraints(tables)]
    for number, table in enumerate(tables):
        now = [one for one in table.references if table.key and one.table in tables[:number]]
        parts += _task(table, now)
        later += [(table, one) for one in table.references if one not in now]
    parts += _relationships(later)
    return "\n".join(parts).replace("tasks:\n\n", "tasks:\n") + "\n"


def _constraints(tables: Sequence[Table]) -> Iterator[str]:
    keyed = [table for table in tables if table.key]
    if keyed:
        yield from ("", f"  - task: {CONSTRAINTS}  # one node for each key, found at once")
        yield from ("    run:", "      cypher:", "        statements:")
        yield from (f"          - {constraint(table)}" for table in keyed)


def _task(table: Table, references: Sequence[Reference]) -> Iterator[str]:
    """Relationships are queries of their own: where the node at the other end lacks, this one is made all the same."""
    yield from ("", f"  - task: {yaml_text(table.name)}")
    yield f"    source: {{{table.sample.source}: {_options(table)}}}"
    yield f"    validators: [{{pydantic: {yaml_text(f'models:{table.label}')}}}]"
    yield from ("    sink:", "      cypher:")
    if references:
        queries = [node_query(table), *(relationship_query(table, one) for one in references)]
        yield "        queries:"
        for query in queries:
            yield from _block("          - |", query)
    else:
        yield from _block("        query: |", node_query(table))


def _options(table: Table) -> str:
    options = table.sample.options
    return yaml_text(next(iter(options.values())) if len(options) == 1 else options)


def _relationships(later: Sequence[tuple[Table, Reference]]) -> Iterator[str]:
    """What can be made only once all nodes are there."""
    if later:
        yield from ("", f"  - task: {RELATIONSHIPS}")
        yield from ("    run:", "      cypher:", "        statements:")
        for table, reference in later:
            yield from _block("          - |", relationship_statement(table, reference))


def _block(head: str, lines: Sequence[str]) -> Iterator[str]:
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    yield head
    yield from (f"{indent}{line}" for line in lines)
