"""The results as a picture: bars of rows per second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from benchmarks.race import Race

WIDTH, BAR, GAP, LABELS, NUMBERS = 720, 16, 8, 190, 110
OURS, THEIRS = "#2f6db5", "#b9c2cc"


def picture(races: Sequence[Race]) -> str:
    """SVG, a group of bars for each race; the longest bar of a group is as wide as there is room."""
    shapes: list[str] = []
    y = GAP
    for race in races:
        group = [*_bars(race, y)]
        shapes += group
        y += (len(race.results) + 1) * (BAR + GAP) + 2 * GAP
    style = "text{font:13px sans-serif;fill:#30363d} .title{font-weight:bold} .number{fill:#57606a}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" '
        f'aria-label="Rows per second, longer is better"><rect width="{WIDTH}" height="{y}" fill="#ffffff"/>'
        f"<style>{style}</style>{''.join(shapes)}</svg>\n"
    )


def _bars(race: Race, top: int) -> Iterator[str]:
    yield f'<text class="title" x="{GAP}" y="{top + BAR - 3}">{escape(race.title)}: rows per second</text>'
    rates = {name: race.rows / race.seconds(name) for name in race.results}
    for number, (name, rate) in enumerate(rates.items(), 1):
        y = top + number * (BAR + GAP)
        width = rate / max(rates.values()) * (WIDTH - LABELS - NUMBERS)
        colour = OURS if name.startswith("etl-host") else THEIRS
        yield f'<text x="{GAP}" y="{y + BAR - 3}">{escape(name)}</text>'
        yield f'<rect x="{LABELS}" y="{y}" width="{width:.0f}" height="{BAR}" rx="2" fill="{colour}"/>'
        yield f'<text class="number" x="{LABELS + width + GAP:.0f}" y="{y + BAR - 3}">{rate:,.0f}</text>'
