from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl_host import InputError
from etl_host_csv import CSVBatchProcessor

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]
TEXT = "stop_id,stop_name,lat\n1,a,9\n"


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (["lat", "stop_id"], {"lat": "9", "stop_id": "1"}),
        ({"stop_name": "name", "stop_id": "id"}, {"name": "a", "id": "1"}),
        ({"stop_id": "stop_name", "stop_name": "stop_id"}, {"stop_name": "1", "stop_id": "a"}),
        (None, {"stop_id": "1", "stop_name": "a", "lat": "9"}),
    ],
)
def test_rows_have_the_columns_chosen_in_the_order_chosen(
    source: MakeSource, stops: MakeFile, columns: object, row: dict[str, str]
) -> None:
    csv = source(stops(TEXT), columns=columns)
    [batch] = csv.get_batch(10)
    assert list(batch.chunk[0].items()) == list(row.items())
    assert csv.fields() == list(row)


@pytest.mark.parametrize("columns", [["stop_id", "stop_nmae", "x"], {"stop_nmae": "name", "x": "y"}])
def test_unknown_columns_are_named_with_what_may_be_meant(source: MakeSource, stops: MakeFile, columns: object) -> None:
    csv = source(stops(TEXT), columns=columns)
    with pytest.raises(InputError) as raised:
        list(csv.get_batch(10))
    assert str(raised.value).endswith('stops.csv:1: there is no column "stop_nmae", did you mean "stop_name"?, "x"')
    assert raised.value.remedy == "the columns are stop_id, stop_name, lat"
    [problem] = csv.check()
    assert (problem.level, problem.option, problem.message) == ("fail", "columns", str(raised.value))


def test_it_goes_on_with_other_columns_chosen(source: MakeSource, stops: MakeFile) -> None:
    file = stops("id,name\n1,a\n2,b\n")
    first = next(source(file, columns=["id"]).get_batch(1))
    csv = source(file, columns=["name"])
    csv.after = first.position
    assert [row for batch in csv.get_batch(10) for row in batch.chunk] == [{"name": "b"}]
