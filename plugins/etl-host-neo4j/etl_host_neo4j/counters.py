"""What the server says that a query changed, as statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl_host import Statistics

if TYPE_CHECKING:
    import neo4j

_ALWAYS = ("nodes_created", "relationships_created", "properties_set", "labels_added")
_WHERE_ANY = (
    "nodes_deleted",
    "relationships_deleted",
    "labels_removed",
    "constraints_added",
    "constraints_removed",
    "indexes_added",
    "indexes_removed",
)

NOTHING_CHANGED: Statistics = dict.fromkeys(_ALWAYS, 0)
"""The counts of a query that did nothing."""


def counted(counters: neo4j.SummaryCounters) -> Statistics:
    """The counters by name: the usual ones always, the others where they are not 0."""
    counts = {name: getattr(counters, name) for name in _ALWAYS}
    return counts | {name: count for name in _WHERE_ANY if (count := getattr(counters, name))}
