"""What a campaign did and how it ended, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Row:
    """One thing that was done to loads. ``problems``: of each load, what was wrong in the end; "" for nothing."""

    problems: list[str] = field(default_factory=list)
    kills: int = 0
    cuts: int = 0

    @property
    def well(self) -> int:
        return self.problems.count("")


@dataclass
class Table:
    """``heading``: what stands over it; ``outcome``: what is hoped for, the title of its last column."""

    heading: str
    outcome: str = "as uninterrupted"
    rows: dict[str, Row] = field(default_factory=dict)

    def add(self, name: str, problem: str, *, kills: int, cuts: int) -> None:
        row = self.rows.setdefault(name, Row())
        row.problems.append(problem)
        row.kills += kills
        row.cuts += cuts

    @property
    def failed(self) -> bool:
        return any(row.well < len(row.problems) for row in self.rows.values())

    def lines(self) -> Iterator[str]:
        yield from (f"**{self.heading}**", "")
        yield f"| what was done | loads | kill -9 | cuts | {self.outcome} |"
        yield "|---|---:|---:|---:|---:|"
        rows = [*self.rows.values()]
        whole = Row(
            [one for row in rows for one in row.problems], sum(r.kills for r in rows), sum(r.cuts for r in rows)
        )
        for name, row in {**self.rows, "**all**": whole}.items():
            yield f"| {name} | {len(row.problems)} | {row.kills} | {row.cuts} | {row.well} |"
