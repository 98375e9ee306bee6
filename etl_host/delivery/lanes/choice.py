"""Whether a task is delivered in lanes, and in how many; where it is not though it was to be, that is said once."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from typing import Any, Final

from etl_host.core.sink import Sink
from etl_host.core.source import Source
from etl_host.delivery.lanes.delivery import LaneDelivery
from etl_host.flow.buckets import Buckets

log = logging.getLogger(__name__)

MOST_BY_ITSELF: Final = 4
"""More lanes than this only wait for each other on most servers: who wants them says so."""

FEWEST_ROWS: Final = 50_000
"""Fewer rows are loaded before a second lane is worth its session."""


class LaneChoice:
    """Chooses for one run after the other task."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def of(self, sink: Sink[Any]) -> LaneDelivery | None:
        """How to deliver through ``sink`` in lanes; None where that is not wanted, or can't be."""
        if sink.lanes is None:
            return None
        if not sink.takes_lanes():
            self._say(f"{sink.label} takes one lane here: it writes one batch after the other")
            return None
        lanes = sink.lanes if sink.lanes.keys else replace(sink.lanes, keys=sink.lane_keys())
        if not lanes.keys:
            self._say(f"{sink.task.name} has one lane: by which fields its rows can be split is not told by its query")
            return None
        return LaneDelivery(sink, Buckets(lanes), lanes.count or _as_many_as_pay(sink))

    def _say(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            log.warning("lanes: %s", message)


def _as_many_as_pay(sink: Sink[Any]) -> int:
    source = sink.links()[0]
    rows = source.expected() if isinstance(source, Source) else None
    if rows is not None and rows < FEWEST_ROWS:
        return 1
    return min(MOST_BY_ITSELF, os.cpu_count() or 1)
