"""The key ``lanes`` of a pipeline file: how it is read, what it is compared by, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from etl_host.core.lanes import Lanes
from etl_host.core.problem import Problem
from etl_host.core.sink import Sink
from etl_host.flow.buckets import Buckets
from etl_host.pipeline.model import AUTO
from etl_host.pipeline.nodes import Fields, Node, Scalar
from etl_host.pipeline.values import Values
from etl_host.pipeline.variables import Unresolved
from etl_host.registry.suggestions import did_you_mean

LANE_KEYS: Final = ("count", "keys")
_SHAPE: Final = "lanes are auto, or {count: 2, keys: {stop: stop_id}}"
_KEYS_SHAPE: Final = (
    "keys say what rows are about, and in which field: {stop: stop_id} for nodes, "
    "{trip: trip_id, stop: stop_id} or {stop: [from_id, to_id]} for relationships"
)


def read_lanes(node: Node | None, values: Values, *, default: Lanes | None) -> Lanes | None:
    """The lanes that a file wants; what is wrong is noted, and the default returned then."""
    if node is None:
        return default
    if isinstance(node, Scalar) and node.value == AUTO:
        return Lanes(None, {})
    if not isinstance(node, Fields):
        values.problems.add("wrong-value", _SHAPE, node.place)
        return default
    for key in node.values:
        if key not in LANE_KEYS:
            remedy = did_you_mean(key, LANE_KEYS) or f"; there are {', '.join(LANE_KEYS)}"
            values.problems.add("unknown-key", f'lanes have no "{key}"{remedy}', node.keys[key])
    count, keys = node.get("count"), node.get("keys")
    wanted = None
    if count is not None and not (isinstance(count, Scalar) and count.value == AUTO):
        wanted = values.integer(count, default=1)
    return Lanes(wanted, {} if keys is None else _keys(keys, values))


def _keys(node: Node, values: Values) -> Mapping[str, tuple[str, ...]]:
    try:
        written = values.variables.resolve(node)
        keys = {str(kind): _fields(fields) for kind, fields in written.items()}
        Lanes(None, keys)
    except Unresolved:
        return {}
    except (AttributeError, ValueError):
        values.problems.add("wrong-value", _KEYS_SHAPE, node.place)
        return {}
    return keys


def _fields(written: Any) -> tuple[str, ...]:
    fields = tuple(written) if isinstance(written, list) else (written,)
    if not fields or not all(isinstance(field, str) and field for field in fields):
        raise ValueError(f"no names of fields: {written!r}")
    return fields


def recorded_lanes(lanes: Lanes) -> Any:
    """Plain JSON to compare with an earlier run's: the number of lanes may change, what is in each bucket may not."""
    return Buckets(lanes).recorded() if lanes.keys else AUTO


def problems_of_lanes(sink: Sink[Any]) -> Iterator[Problem]:
    """Fields that rows lack by which they are to be split."""
    fields = sink.upstream.output_fields()
    for _, field in sink.lanes.ends if sink.lanes and fields is not None else ():
        if field not in (fields or ()):
            message = f"lanes split rows by {field}, and rows have no such field{did_you_mean(field, fields or ())}"
            yield Problem("fail", "lanes", message, remedy="name fields that each row has", code="lane-key-missing")
