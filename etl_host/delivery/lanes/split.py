"""Whether what is committed was split as it is now: else rows would be taken for committed that are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from etl_host.core.checkpoint import CheckpointKey
from etl_host.core.errors import RunRefused
from etl_host.delivery.progress import Progress
from etl_host.delivery.runs.plan import BEGIN_AGAIN

SPLIT: Final = "lanes"
"""Where the token of a bucket's position tells how rows came into buckets."""


def refuse_lanes(progress: Progress) -> None:
    """Raise RunRefused where ``progress``, of a task without lanes, was stored by one in lanes."""
    if is_split(progress):
        raise split_otherwise(progress.key)


def refuse_other_buckets(keys: Sequence[CheckpointKey], committed: Iterable[CheckpointKey]) -> None:
    """Raise RunRefused where something of the same task is ``committed`` that is in none of the buckets ``keys``."""
    for key in committed:
        if key.task == keys[0].task and key not in keys:
            raise split_otherwise(key)


def is_split(progress: Progress) -> bool:
    """Whether it was stored by a task in lanes."""
    return isinstance(progress.at.token, dict) and SPLIT in progress.at.token


def split_otherwise(key: CheckpointKey) -> RunRefused:
    """The error for whoever can't go on with what is stored at ``key``."""
    return RunRefused(
        f"rows of task {key.task} are committed in other lanes than it has now",
        remedy=f"undo the change of lanes to go on, or {BEGIN_AGAIN}",
    )
