from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from etl_host_json.decoding import NoRow, row_of

BAD_LINES = [
    ("{", "no-json"),
    ("{'id': 1}", "no-json"),
    ('{"id": 1} {"id": 2}', "no-json"),
    ('{"id": 1},', "no-json"),
    ('{"id": "secret', "no-json"),
    ('{"id": "a\tb"}', "no-json"),
    ('{"id": "\x00"}', "no-json"),
    ("id,name", "no-json"),
    ("[1]", "no-object"),
    ("null", "no-object"),
    ('"text"', "no-object"),
    ('{"x": NaN}', "no-json"),
    ('{"x": [-Infinity]}', "no-json"),
    ('{"id": 1, "id": 2}', "duplicate-key"),
    ('{"x": [{"id": 1, "id": 1}]}', "duplicate-key"),
    (r'{"x": "\ud800"}', "lone-surrogate"),
    (r'{"x": "\uDE00\uD83D"}', "lone-surrogate"),
    (r'{"\udfff": 1}', "lone-surrogate"),
    ('{"x": 1e999}', "large-number"),
    ('{"x": -1E+0309}', "large-number"),
    ('{"x": ' + "9" * 400 + ".0}", "large-number"),
    ('{"x": ' + "9" * 220 + "e99}", "large-number"),
    ('{"x": ' + "9" * 5_000 + "}", "large-number"),
    ('{"x": ' + "[" * 100_000 + "}", "deep-nesting"),
]


@pytest.mark.parametrize(("line", "code"), BAD_LINES, ids=[f"{code}-{line[:16]}" for line, code in BAD_LINES])
def test_a_line_that_is_no_row_says_why_without_its_values(line: str, code: str) -> None:
    with pytest.raises(NoRow) as refused:
        row_of(line, tagged=False)
    assert refused.value.reason.code == code
    assert not re.search("99|secret|id,", refused.value.reason.message)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"": None},
        {"a": [1, -0.5, True, None, {"b": []}]},
        {"a": 10**400, "b": 2**63, "c": 1e308},
        {"a": "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "b": "\u2028\x00 ä"},
        {"a": "1e999", "$date": "no tag here"},
    ],
)
def test_what_json_knows_is_read_as_it_is(row: dict[str, Any]) -> None:
    assert row_of(json.dumps(row), tagged=False) == row
    assert row_of(json.dumps(row, ensure_ascii=False), tagged=False) == row


def test_tags_mean_something_only_where_they_are_asked_for() -> None:
    line = '{"day": {"$date": "2026-11-23"}, "plain": {"$dict": {"$date": 1}}}'
    assert row_of(line, tagged=False) == json.loads(line)
    assert row_of(line, tagged=True) == {"day": date(2026, 11, 23), "plain": {"$date": 1}}


@pytest.mark.parametrize(
    "value", [{"$date": "someday"}, {"$date": {"$numberLong": "1"}}, {"$decimal": "x"}, {"$repr": "<lock>"}]
)
def test_a_tag_that_cannot_be_turned_back_is_told(value: Any) -> None:
    with pytest.raises(NoRow) as refused:
        row_of(json.dumps({"x": value}), tagged=True)
    assert refused.value.reason.code == "wrong-tag"
