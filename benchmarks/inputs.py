"""The files that are loaded; the same in every run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

FIRST_DAY = date(2024, 1, 1)
FIRST_NAMES = ("Ada", "Björn", "Chloé", "Dmitri", "Eve", "Fatima", "Grace", "Hiro", "Iñigo", "Jane")
LAST_NAMES = ("Smith", "Müller", "O'Neil", "Nguyen", "García", "Kowalski", "Van der Berg, Jr.", "Ito")


class Inputs:
    """Makes each file on first use, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def persons(self, rows: int, *, same: int = 0) -> Path:
        """Nodes. ``same``: so many of them, spread evenly, have the key of the row before."""
        return self._file(f"persons-{rows}-{same}.csv", _persons(rows, same))

    def stop_times(self, rows: int, *, bad: float = 0.0) -> Path:
        """Rows to read; ``bad``: the share of them that no model takes."""
        return self._file(f"stop-times-{rows}-{bad}.csv", _stop_times(rows, bad))

    def relationships(self, rows: int, nodes: int) -> Path:
        """Pairs of ``nodes`` persons, few of whom have most of the relationships: the first has a tenth or so."""
        return self._file(f"knows-{rows}-{nodes}.csv", _relationships(rows, nodes))

    def _file(self, name: str, rows: Iterable[dict[str, Any]]) -> Path:
        path = self._folder / name
        if not path.exists():
            lines = iter(rows)
            first = next(lines)
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, fieldnames=list(first))
                writer.writeheader()
                writer.writerow(first)
                writer.writerows(lines)
        return path


def _persons(rows: int, same: int) -> Iterator[dict[str, Any]]:
    random = Random(8)
    repeated = {(number + 1) * rows // (same + 1) for number in range(same)}
    for n in range(rows):
        yield {
            "person_id": n - 1 if n in repeated else n,
            "first_name": FIRST_NAMES[n % len(FIRST_NAMES)],
            "last_name": LAST_NAMES[n % len(LAST_NAMES)],
            "email": f"user{n}@example.org",
            "birth_date": FIRST_DAY - timedelta(days=6000 + n % 15000),
            "created_at": f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}T{n % 24:02d}:{n % 60:02d}:07",
            "score": f"{random.random() * 100:.4f}",
            "active": "true" if n % 3 else "false",
            "country": "" if random.random() < 0.3 else "SE",
        }


def _stop_times(rows: int, bad: float) -> Iterator[dict[str, Any]]:
    random = Random(7)
    for n in range(rows):
        trip, sequence = divmod(n, 30)
        seconds = (trip * 97 + sequence * 90) % 86400
        clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        yield {
            "trip_id": f"T{trip:07d}",
            "arrival_time": clock,
            "departure_time": clock,
            "stop_id": f"S{(trip * 31 + sequence * 7) % 5000:05d}",
            "stop_sequence": "n/a" if random.random() < bad else sequence,
            "shape_dist_traveled": "" if random.random() < 0.1 else f"{sequence * 1.37:.3f}",
            "service_date": FIRST_DAY + timedelta(days=trip % 365),
            "stop_headsign": "" if random.random() < 0.7 else f"Central Station {sequence}",
        }


def _relationships(rows: int, nodes: int) -> Iterator[dict[str, Any]]:
    random = Random(9)
    persons = range(nodes)
    shares = [*accumulate(1 / (n + 1) for n in persons)]  # Zipf's law
    for _ in range(rows):
        start, end = random.choices(persons, cum_weights=shares, k=2)
        yield {"start": start, "end": end, "weight": f"{random.random():.4f}"}
