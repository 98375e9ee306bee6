from __future__ import annotations

import gc
import sys

import pytest

from etl_host.cli.overlap import COLLECT_AFTER, SWITCH_INTERVAL, tuned_for_rows


def test_the_interpreter_is_tuned_only_as_long_as_the_command_lasts() -> None:
    interval, thresholds, frozen = sys.getswitchinterval(), gc.get_threshold(), gc.get_freeze_count()
    with tuned_for_rows():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)
        assert gc.get_threshold()[0] == COLLECT_AFTER
        assert gc.get_freeze_count() > frozen
    assert sys.getswitchinterval() == pytest.approx(interval)
    assert (gc.get_threshold(), gc.get_freeze_count()) == (thresholds, 0)
