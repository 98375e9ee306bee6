"""The models of the GTFS example refuse what the specification does, and say where."""

from __future__ import annotations

from types import ModuleType

import pytest
from pydantic import ValidationError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
VALID: dict[str, dict[str, str | None]] = {
    "Route": {"route_id": "1", "route_type": "3", "route_short_name": "1"},
    "Service": {**dict.fromkeys(WEEKDAYS, "1"), "service_id": "s", "start_date": "20140526", "end_date": "20141226"},
    "ServiceException": {"service_id": "s", "date": "20140609", "exception_type": "1"},
    "Stop": {"stop_id": "a", "stop_name": "A", "stop_lat": "1", "stop_lon": "2"},
    "StopTime": {"trip_id": "t", "stop_sequence": "1", "stop_id": "a"},
    "Trip": {"trip_id": "t", "route_id": "1", "service_id": "s"},
}


def refused(models: ModuleType, model: str, changes: dict[str, str | None]) -> list[str]:
    """Where a row is wrong, or else why; it is right but for the changes."""
    checked = getattr(models, model)
    checked.model_validate(VALID[model])
    with pytest.raises(ValidationError) as refusal:
        checked.model_validate(VALID[model] | changes)
    return [str(error["loc"][0]) if error["loc"] else error["msg"] for error in refusal.value.errors()]


@pytest.mark.parametrize("blank", [None, "", "  ", "\t"])
def test_a_blank_value_is_an_absent_one(models: ModuleType, blank: str | None) -> None:
    optional = {"location_type": blank, "parent_station": blank, "stop_desc": blank, "stop_access": blank}
    assert models.Stop.model_validate(VALID["Stop"] | optional) == models.Stop.model_validate(VALID["Stop"])
    assert refused(models, "Stop", {"stop_id": blank}) == ["stop_id"]


@pytest.mark.parametrize("value", ["7:05", "7:60:00", "-1:00:00", "07:05:00 AM", "25200", "1:2:3"])
def test_a_time_in_another_form_is_refused(models: ModuleType, value: str) -> None:
    assert refused(models, "StopTime", {"departure_time": value}) == ["departure_time"]


@pytest.mark.parametrize("value", ["2014-06-09", "20140631", "140609", "2014W236", "201406090", "٢٠١٤٠٦٠٩"])
def test_a_date_in_another_form_is_refused(models: ModuleType, value: str) -> None:
    assert refused(models, "ServiceException", {"date": value}) == ["date"]


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        ("Stop", "stop_lat", "90.5"),
        ("Stop", "stop_lon", "-181"),
        ("Stop", "stop_lat", "nan"),
        ("Stop", "location_type", "5"),
        ("Route", "route_type", "8"),
        ("Route", "route_type", "1800"),
        ("Route", "route_color", "#00FF00"),
        ("Trip", "direction_id", "2"),
        ("Trip", "bikes_allowed", "3"),
        ("StopTime", "stop_sequence", "-1"),
        ("StopTime", "pickup_type", "4"),
        ("StopTime", "shape_dist_traveled", "inf"),
        ("Service", "monday", "2"),
        ("Service", "monday", "yes"),
        ("ServiceException", "exception_type", "0"),
    ],
)
def test_a_value_out_of_range_is_refused(models: ModuleType, model: str, field: str, value: str) -> None:
    assert refused(models, model, {field: value}) == [field]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stop_lat": None}, "needs a stop_lat and a stop_lon"),
        ({"location_type": "1", "stop_lon": None}, "needs a stop_lat and a stop_lon"),
        ({"stop_name": None}, "needs a stop_name"),
        ({"location_type": "2"}, "needs a parent_station"),
        ({"location_type": "3", "stop_name": None, "stop_lat": None, "stop_lon": None}, "needs a parent_station"),
        ({"location_type": "1", "parent_station": "b"}, "a station has no parent_station"),
    ],
)
def test_a_stop_needs_what_its_type_asks_for(models: ModuleType, changes: dict[str, str | None], reason: str) -> None:
    [why] = refused(models, "Stop", changes)
    assert reason in why


def test_a_route_needs_a_name(models: ModuleType) -> None:
    [why] = refused(models, "Route", {"route_short_name": " "})
    assert "needs a route_short_name or a route_long_name" in why


def test_a_stop_time_needs_a_place_and_an_exact_one_its_times(models: ModuleType) -> None:
    [why] = refused(models, "StopTime", {"stop_id": None})
    assert "needs a stop_id, a location_group_id or a location_id" in why
    [why] = refused(models, "StopTime", {"timepoint": "1", "arrival_time": "7:00:00"})
    assert "needs an arrival_time and a departure_time" in why
