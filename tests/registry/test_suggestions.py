from __future__ import annotations

import pytest

from etl_host.registry.suggestions import did_you_mean


@pytest.mark.parametrize("name", ["cvs", "CSV", "csvv"])
def test_the_nearest_name_is_suggested_in_its_own_spelling(name: str) -> None:
    assert did_you_mean(name, ["json", "Csv"]) == ', did you mean "Csv"?'


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert did_you_mean("parquet", ["csv", "json"]) == ""
    assert did_you_mean("csv", []) == ""
