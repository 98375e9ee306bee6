from __future__ import annotations

import pytest

from etl_host.core.visible import in_one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, näive and 日本", "plain, näive and 日本"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("two\nlines\ttab", "two\\nlines\ttab"),
        ("right\u202eleft\u200b\ud800", "right\\u202eleft\\u200b\\ud800"),
    ],
)
def test_what_would_steer_a_terminal_is_escaped(text: str, shown: str) -> None:
    assert visible(text, keep="\t") == shown


def test_one_line_holds_no_break_and_no_more_than_fits() -> None:
    assert in_one_line(" one\n\n  two\x00") == "one two\\x00"
    assert in_one_line("ab " * 1_000_000, 10) == "ab ab ab …"
