"""The results as a page."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.race import Race
from benchmarks.target import Target

PACKAGES = ("neo4j", "neo4j-rust-ext", "pydantic")


def page(races: Sequence[Race], targets: Sequence[Target], others: Mapping[str, str]) -> str:
    """Markdown. ``others``: versions of what no package here tells."""
    return "\n".join([*_head(others), *_targets(targets), *(line for race in races for line in _table(race)), ""])


def _head(others: Mapping[str, str]) -> Iterator[str]:
    versions = {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}, **others}
    yield "# Results"
    yield ""
    yield f"{_processor()}, {os.cpu_count()} cores, {platform.system()}; "
    yield f"{', '.join(f'{name} {number}' for name, number in versions.items())}."
    yield "Contenders take turns, each load in a new process; the first round is not counted. Seconds are medians,"
    yield "without the start of the process; the spread goes from the fastest to the slowest. Servers run on the same"
    yield "machine. All contenders of a table wrote the same, or the benchmark would have failed."


def _targets(targets: Sequence[Target]) -> Iterator[str]:
    yield ""
    yield "| What | Is | Should be | |"
    yield "|---|--:|--:|---|"
    for target in targets:
        bound = f"{target.sense} {target.bound}{target.unit}"
        verdict = "reached" if target.reached else "**missed**"
        yield f"| {target.what} | {target.value:.2f}{target.unit} | {bound} | {verdict} |"


def _table(race: Race) -> Iterator[str]:
    first = next(iter(race.results))
    yield ""
    yield f"## {race.title[0].upper()}{race.title[1:]}"
    yield ""
    yield f"{race.rows:,} rows, {len(race.results[first])} rounds."
    yield ""
    yield f"| | rows/s | seconds | time, of {first} | spread | peak memory |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, measured in race.results.items():
        seconds, peak = race.seconds(name), max(one.peak for one in measured)
        yield (
            f"| {name} | {race.rows / seconds:,.0f} | {seconds:.2f} | {race.times_as_long(name, first):.2f} "
            f"| {race.spread(name):.0%} | {peak:.0f} MiB |"
        )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
