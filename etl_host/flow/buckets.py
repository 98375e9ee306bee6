"""Splitting rows by their keys into buckets, of which those that have no node in common may be written at once.

The nodes of each kind fall into groups, by a hash of their keys. A row about one node belongs to the bucket of its
group; a row that relates two nodes, to the bucket of their two groups. So two buckets without a group in common never
touch the same node.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from itertools import combinations_with_replacement, product
from typing import Any, Final
from zlib import crc32

from etl_host.core.errors import EtlHostError
from etl_host.core.lanes import Lanes

NODE_GROUPS: Final = 8
"""Buckets of rows that are about one node."""

END_GROUPS: Final = 4
"""Groups of each of two kinds of nodes: 16 buckets, of which 4 have nothing in common."""

SHARED_GROUPS: Final = 4
"""Groups of nodes that may stand at both ends: 10 buckets, of which 2 with different ends have nothing in common."""


class KeyMissing(EtlHostError):
    """Rows lack the field by which lanes want to split them."""

    code = "lane-key-missing"


class Buckets:
    """The buckets that ``lanes`` make, numbered from 0. How many there are does not depend on how many lanes.

    ``claims``: of each bucket, the groups of nodes that are in its rows.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._fields = [field for _, field in lanes.ends]
        if len(self._fields) == 1:
            self._groups, pairs = NODE_GROUPS, [(group, group) for group in range(NODE_GROUPS)]
        elif len(lanes.keys) == 2:
            self._groups, pairs = END_GROUPS, [*product(range(END_GROUPS), range(END_GROUPS))]
        else:
            self._groups, pairs = SHARED_GROUPS, [*combinations_with_replacement(range(SHARED_GROUPS), 2)]
        ends = ("start", "end") if len(lanes.keys) == 2 else ("node", "node")
        self.claims = [frozenset(zip(ends, pair, strict=True)) for pair in pairs]
        self._of_pair = {pair: bucket for bucket, pair in enumerate(pairs)}
        if len(lanes.keys) == 1:
            self._of_pair |= {(end, start): bucket for (start, end), bucket in self._of_pair.items()}

    def __len__(self) -> int:
        return len(self.claims)

    def recorded(self) -> Any:
        """Plain JSON that differs where a row could fall into another bucket."""
        return [{kind: list(fields) for kind, fields in self._lanes.keys.items()}, len(self)]

    def of(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """The bucket of each row. Raises KeyMissing."""
        groups, of_pair = self._groups, self._of_pair
        columns = [[number % groups for number in stable_hashes(self._column(rows, field))] for field in self._fields]
        if len(columns) == 1:
            return columns[0]  # each group is a bucket
        return [of_pair[pair] for pair in zip(*columns, strict=True)]

    def _column(self, rows: Sequence[Mapping[str, Any]], field: str) -> list[Any]:
        try:
            return [row[field] for row in rows]
        except (KeyError, TypeError, IndexError):
            raise KeyMissing(
                f"lanes split rows by {field}, and a row has no such field",
                remedy="name fields that each row has as it reaches the sink, or leave out lanes",
            ) from None


def stable_hashes(keys: Sequence[object]) -> list[int]:
    """Numbers that are the same in every process, and for keys that a graph takes to be equal: 1 and 1.0."""
    # mixed, as checksums of keys that are alike, such as those of the ends of a relationship, differ in the same bits
    return [(crc32(data) * 0x9E3779B1 & 0xFFFFFFFF) >> 8 for data in _bytes_of_each(keys)]


def _bytes_of_each(keys: Sequence[Any]) -> Iterable[bytes]:
    """As ``_bytes_of`` each; several times as fast where all are of one type."""
    kinds = {*map(type, keys)}
    if kinds == {int}:
        return map(b"%d".__mod__, keys)
    return [key.encode("utf-8", "surrogatepass") for key in keys] if kinds == {str} else map(_bytes_of, keys)


def _bytes_of(key: object) -> bytes:
    match key:
        case Enum():
            return _bytes_of(key.value)  # which is what is written
        case str():
            return key.encode(errors="surrogatepass")
        case Decimal():
            return _bytes_of(float(key))  # which is how it may be written
        case float() if key.is_integer():
            return b"%d" % int(key)
        case list() | tuple():
            return b",".join(map(_bytes_of, key))
        case _:
            return str(key).encode(errors="surrogatepass")
