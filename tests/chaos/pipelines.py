"""The pipeline of every load here, and its input.

It wipes, creates nodes (in a parallel group, if so wished) and relationships of CSV files with rows that the validator
refuses and rows that the database refuses, and adds up a total. Nothing of it bears being done twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

ROWS = 120

CONSTRAINTS = [
    f"CREATE CONSTRAINT {label} IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE" for label in ("Thing", "Other")
]

_MODELS = """\
from pydantic import BaseModel, Field


class Thing(BaseModel):
    id: int
    key: str
    size: int = Field(ge=0)
    day: str


class Link(BaseModel):
    start: int
    end: int
"""
_WIPE = """\
- task: wipe
  run: {cypher: {statements: ["MATCH (n) DETACH DELETE n", "CREATE (:Total {rows: 0, runs: 0})"]}}
"""
_TOTAL = """\
- task: total
  run:
    cypher:
      statements:
        - "MATCH (t:Total) MATCH (n:Thing) WITH t, count(n) AS rows SET t.rows = t.rows + rows"
        - "MATCH (t:Total) SET t.runs = t.runs + 1"
"""


@dataclass(frozen=True)
class Kind:
    """What varies: two tasks at once, how many batches are read ahead, how many lanes write (0: no lanes), and whether
    keys are unique, so that rows with the key of an earlier one are refused.
    """

    parallel: bool = False
    prefetch: int = 0
    lanes: int = 0
    unique: bool = True

    def __str__(self) -> str:
        told = ["parallel"] if self.parallel else []
        told += [f"{name} {value}" for name, value in (("prefetch", self.prefetch), ("lanes", self.lanes)) if value]
        return ", ".join(told) or "sequential"


SEQUENTIAL = Kind()


def write_pipeline(folder: Path, kind: Kind) -> None:
    """``pipeline.yaml`` and all that it names, into ``folder``."""
    (folder / "models.py").write_text(_MODELS)
    for name, bad, twin, never in (("things", 17, 29, 41), ("others", 23, 31, 37)):
        (folder / f"{name}.csv").write_text(_things(bad, twin, never))
    links = [f"{n},{n + 1 if n % 19 else 'nowhere'}" for n in range(ROWS)]
    (folder / "links.csv").write_text("\n".join(["start,end", *links, ""]))

    nodes = _nodes("things", "Thing", kind) + _nodes("others", "Other", kind)
    if kind.parallel:
        nodes = f"- group: both\n  parallel: 2\n  tasks:\n{indent(nodes, '    ')}"
    tasks = indent(_WIPE + nodes + _links(kind) + _TOTAL, "  ")
    head = f"pipeline: chaos\nversion: 1\nprefetch: {kind.prefetch}\ntasks:\n"
    (folder / "pipeline.yaml").write_text(head + tasks)


def _nodes(name: str, label: str, kind: Kind) -> str:
    return f"""\
- task: {name}
  source: {{csv: {name}.csv}}
  validators: [{{pydantic: "models:Thing"}}]
  sink:
    cypher:
      query: "UNWIND $batch AS row CREATE (t:{label}) SET t = row, t.day = date(row.day)"
{_lanes(kind, f"{name}: key")}"""


def _links(kind: Kind) -> str:
    return f"""\
- task: links
  source: {{csv: links.csv}}
  validators: [{{pydantic: "models:Link"}}]
  sink:
    cypher:
      query: |
        UNWIND $batch AS row
        MATCH (a:Thing {{id: row.start}}), (b:Other {{id: row.end}})
        CREATE (a)-[:LINK {{start: row.start}}]->(b)
{_lanes(kind, "things: start, others: end")}"""


def _lanes(kind: Kind, keys: str) -> str:
    return f"  lanes: {{count: {kind.lanes}, keys: {{{keys}}}}}\n" if kind.lanes else ""


def _things(bad: int, twin: int, never: int) -> str:
    """Each ``bad``-th row is refused by the validator; the database refuses each ``twin``-th, which has the key of the
    first, and each ``never``-th, whose day is none.
    """
    lines = [
        f"{n},k{n if n % twin else 0},{-1 if n % bad == bad - 1 else n},{'2026-11-23' if (n + 1) % never else 'never'}"
        for n in range(ROWS)
    ]
    return "\n".join(["id,key,size,day", *lines, ""])
