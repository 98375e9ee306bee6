from __future__ import annotations

import pytest

from etl_host import CheckpointKey, Position, RunRefused
from etl_host.delivery.lanes.split import SPLIT, is_split, refuse_lanes, refuse_other_buckets
from etl_host.delivery.progress import Progress

KEYS = [CheckpointKey("run", "stops", bucket=bucket) for bucket in range(2)]


def stored(token: object, origin: int = 3) -> Progress:
    return Progress(KEYS[0], "me", Position(origin, token))


@pytest.mark.parametrize("token", [None, "a source's own", ["lanes"], {"line": 3}])
def test_a_token_of_a_source_is_none_of_lanes(token: object) -> None:
    assert not is_split(stored(token))
    refuse_lanes(stored(token))


def test_what_lanes_have_committed_is_not_gone_on_with_without_them() -> None:
    progress = stored({SPLIT: [], "token": None})
    assert is_split(progress)
    with pytest.raises(RunRefused, match="rows of task stops are committed in other lanes than it has now") as refused:
        refuse_lanes(progress)
    assert "undo the change of lanes to go on, or" in str(refused.value.remedy)


def test_what_is_committed_in_no_bucket_of_now_is_not_gone_on_with() -> None:
    with pytest.raises(RunRefused, match="rows of task stops"):
        refuse_other_buckets(KEYS, [KEYS[0], CheckpointKey("run", "stops", bucket=2)])


def test_what_is_committed_in_fewer_buckets_or_of_other_tasks_is() -> None:
    refuse_other_buckets(KEYS, [])
    refuse_other_buckets(KEYS, [KEYS[1], CheckpointKey("run", "trips", bucket=7)])
