from __future__ import annotations

import sys

import pytest

from etl_host.cli.overlap import SWITCH_INTERVAL, quick_turns


def test_turns_are_quick_only_as_long_as_the_command_lasts() -> None:
    before = sys.getswitchinterval()
    with quick_turns():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)
    assert sys.getswitchinterval() == pytest.approx(before)
