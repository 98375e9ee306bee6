"""A damaged ``.dist-info``, whoever it belongs to, must not end a command.

The host's own discovery gets along with one. But pydantic, fsspec and other libraries ask the standard
library for the entry points of their own plugins, and that raises where a single file of a single
distribution can't be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import Distribution


@contextmanager
def leaving_out_damage() -> Iterator[None]:
    """Within it ``importlib.metadata.entry_points()`` leaves out the distributions that make it raise.

    For the process of a command only: a library must not change what the standard library does.
    """
    from importlib import metadata  # takes its time, and --help does without

    ask, find = metadata.entry_points, metadata.distributions

    def entry_points(**wanted: Any) -> Any:
        try:
            return ask(**wanted)
        except Exception:  # differs: undecodable text, lines that are no entry points
            metadata.distributions = undamaged
            try:
                return ask(**wanted)
            finally:
                metadata.distributions = find

    def undamaged(**context: Any) -> Iterable[Distribution]:
        return filter(_is_readable, find(**context))

    metadata.entry_points = entry_points
    try:
        yield
    finally:
        metadata.entry_points = ask


def _is_readable(distribution: Distribution) -> bool:
    try:
        tuple(distribution.entry_points)
    except Exception:
        return False
    return True
