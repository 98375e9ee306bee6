"""The models of the GTFS example read the Cairns feed whole, and whatever else the specification allows."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

EXAMPLE = Path(__file__).parents[2] / "examples" / "gtfs"
CAIRNS = EXAMPLE / "cairns_gtfs.zip"
MODEL_OF = {
    "agency.txt": "Agency",
    "calendar.txt": "Service",
    "calendar_dates.txt": "ServiceException",
    "feed_info.txt": "FeedInfo",
    "routes.txt": "Route",
    "stop_times.txt": "StopTime",
    "stops.txt": "Stop",
    "trips.txt": "Trip",
}

# Trains of two agencies: stations after their platforms, no calendar.txt, nights, padding, columns that nobody knows.
TRAINS = {
    "agency.txt": """\
        agency_id,agency_name,agency_url,agency_timezone,agency_lang,cemv_support
        N,Nordbahn,https://nord.example,Europe/Berlin,de,1
        S/1,Südbahn,https://süd.example,Europe/Berlin,,""",
    "stops.txt": """\
        stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code,wheelchair_boarding,colour
        de:1:A,"Bahnhof, Gleis 1",54.5,9.25,,de:1,1,,red
        de:1:A:f,Front,,,4,de:1:A,,2,
        de:1:x,,,,3,de:1,,,
        de:1:in,Eingang,54.5001,9.2501,2,de:1,,1,
        de:1,Bahnhof,54.5,9.25,1,,,1,""",
    "routes.txt": """\
        route_id,agency_id,route_short_name,route_long_name,route_type,route_color,route_text_color,continuous_pickup
        R1,N,R1,,106,00ff00,FFFFFF,
        R2,S/1,,Nachtzug,2,,,0""",
    "calendar_dates.txt": """\
        service_id,date,exception_type
        night,20240229,1
        night,20241231,1""",
    "trips.txt": """\
        route_id,service_id,trip_id,trip_headsign,direction_id,bikes_allowed,trip_note
        R2,night,N 1,München,1,2,steam""",
    "stop_times.txt": """\
        trip_id, arrival_time,departure_time ,stop_id,stop_sequence,timepoint,pickup_type,shape_dist_traveled
        N 1, 7:05:00,07:06:30 ,de:1:A,5,1,,
        N 1,,,de:1:A,10,0,3,1.25
        N 1,25:10:00,103:00:00,de:1:A,30,,1,20.5""",
}
# The least that a feed may hold: one agency, which nothing names.
LEAST = {
    "agency.txt": """\
        agency_name,agency_url,agency_timezone
        Village Bus,http://bus.example,Asia/Tokyo""",
    "stops.txt": """\
        stop_id,stop_name,stop_lat,stop_lon
        007,役場前,35.0,-139.5""",
    "routes.txt": """\
        route_id,route_long_name,route_type
        1,Village loop,3""",
    "calendar.txt": """\
        service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
        all,1,1,1,1,1,0,0,20240101,20241231""",
    "trips.txt": """\
        route_id,service_id,trip_id
        1,all,1""",
    "stop_times.txt": """\
        trip_id,arrival_time,departure_time,stop_id,stop_sequence
        1,09:00:00,09:00:00,007,0""",
}
# A bus that comes when called: places instead of stops, windows instead of times.
ON_DEMAND = {
    "feed_info.txt": """\
        feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version
        County,https://county.example,mul,20240101,,v7""",
    "stop_times.txt": """\
        trip_id,stop_sequence,stop_id,location_group_id,location_id,start_pickup_drop_off_window,end_pickup_drop_off_window
        t,1,,north,,8:00:00,24:30:00
        t,2,,,zone-1,08:00:00,17:00:00""",
}


def zipped(feed: dict[str, str], folder: Path) -> Path:
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in feed.items():
            lines = "\r\n".join(line.removeprefix(" " * 8) for line in text.splitlines())
            archive.writestr(name, b"\xef\xbb\xbf" + lines.encode())
    return path


def raw_rows(feed: Path, name: str) -> list[dict[str, str | None]]:
    """The rows of one file as the source ``csv`` gives them: text, or None for nothing."""
    with zipfile.ZipFile(feed) as archive:
        text = io.TextIOWrapper(archive.open(name), "utf-8-sig", newline="")
        return [{column: cell or None for column, cell in row.items()} for row in csv.DictReader(text)]


def rows(models: ModuleType, feed: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one file as they reach the query."""
    model = getattr(models, MODEL_OF[name])
    return [model.model_validate(row).model_dump() for row in raw_rows(feed, name)]


def test_every_row_of_the_cairns_feed_is_read(models: ModuleType) -> None:
    with zipfile.ZipFile(CAIRNS) as archive:
        names = sorted(set(archive.namelist()) - {"shapes.txt"})
    assert {name: len(rows(models, CAIRNS, name)) for name in names} == {
        "agency.txt": 1,
        "calendar.txt": 4,
        "calendar_dates.txt": 9,
        "routes.txt": 22,
        "stop_times.txt": 37_790,
        "stops.txt": 416,
        "trips.txt": 1_339,
    }


def test_the_keys_of_the_cairns_stop_times_are_unique(models: ModuleType) -> None:
    keys = {(row["trip_id"], row["stop_sequence"]) for row in rows(models, CAIRNS, "stop_times.txt")}
    assert len(keys) == 37_790


def test_times_stay_as_written_beside_their_seconds(models: ModuleType) -> None:
    for raw, row in zip(raw_rows(CAIRNS, "stop_times.txt"), rows(models, CAIRNS, "stop_times.txt"), strict=True):
        assert row["arrival_time"] == raw["arrival_time"]
        if row["arrival_time"] is None:
            assert row["arrival_seconds"] is None
        else:
            hours, minutes, seconds = map(int, row["arrival_time"].split(":"))
            assert row["arrival_seconds"] == hours * 3600 + minutes * 60 + seconds


def test_days_are_dates_and_weekdays_are_booleans(models: ModuleType) -> None:
    weekday = rows(models, CAIRNS, "calendar.txt")[0]
    assert (weekday["start_date"], weekday["end_date"]) == (date(2014, 5, 26), date(2014, 12, 26))
    assert (weekday["friday"], weekday["saturday"]) == (True, False)
    exceptions = rows(models, CAIRNS, "calendar_dates.txt")
    assert exceptions[0]["date"] == date(2014, 6, 9)
    assert [row["exception_type"] for row in exceptions] == [2, 2, 2, 2, 2, 1, 1, 1, 1]


def test_trains_with_stations_and_nights_are_read(models: ModuleType, tmp_path: Path) -> None:
    feed = zipped(TRAINS, tmp_path)
    agencies = rows(models, feed, "agency.txt")
    assert [(row["agency_id"], row["agency_lang"], row["cemv_support"]) for row in agencies] == [
        ("N", "de", 1),
        ("S/1", None, 0),
    ]
    stops = {row["stop_id"]: row for row in rows(models, feed, "stops.txt")}
    assert [row["location_type"] for row in stops.values()] == [0, 4, 3, 2, 1]
    assert [row["wheelchair_boarding"] for row in stops.values()] == [0, 2, 0, 1, 1]
    assert stops["de:1:A"]["parent_station"] == "de:1"
    assert stops["de:1:x"]["stop_lat"] is None
    assert "colour" not in stops["de:1:A"]
    routes = rows(models, feed, "routes.txt")
    assert [row["route_type"] for row in routes] == [106, 2]
    assert [row["route_color"] for row in routes] == ["00ff00", "FFFFFF"]
    assert [row["route_text_color"] for row in routes] == ["FFFFFF", "000000"]
    assert [row["continuous_pickup"] for row in routes] == [1, 0]
    assert rows(models, feed, "calendar_dates.txt")[0]["date"] == date(2024, 2, 29)
    assert rows(models, feed, "trips.txt")[0]["direction_id"] == 1


def test_times_may_be_short_late_or_absent_and_have_spaces_around_them(models: ModuleType, tmp_path: Path) -> None:
    found = rows(models, zipped(TRAINS, tmp_path), "stop_times.txt")
    assert [(row["arrival_time"], row["arrival_seconds"]) for row in found] == [
        ("7:05:00", 25_500),
        (None, None),
        ("25:10:00", 90_600),
    ]
    assert [row["departure_seconds"] for row in found] == [25_590, None, 370_800]
    assert [row["pickup_type"] for row in found] == [0, 3, 1]
    assert [row["shape_dist_traveled"] for row in found] == [None, 1.25, 20.5]


def test_the_least_feed_is_read_with_the_defaults_of_the_specification(models: ModuleType, tmp_path: Path) -> None:
    feed = zipped(LEAST, tmp_path)
    assert rows(models, feed, "agency.txt")[0]["agency_id"] == "Village Bus"
    stop = rows(models, feed, "stops.txt")[0]
    assert (stop["stop_id"], stop["stop_name"], stop["location_type"]) == ("007", "役場前", 0)
    route = rows(models, feed, "routes.txt")[0]
    assert (route["agency_id"], route["route_color"], route["continuous_drop_off"]) == (None, "FFFFFF", 1)
    assert rows(models, feed, "calendar.txt")[0]["end_date"] == date(2024, 12, 31)
    trip = rows(models, feed, "trips.txt")[0]
    assert (trip["direction_id"], trip["wheelchair_accessible"], trip["shape_id"]) == (None, 0, None)
    stop_time = rows(models, feed, "stop_times.txt")[0]
    assert (stop_time["stop_sequence"], stop_time["drop_off_type"], stop_time["timepoint"]) == (0, 0, None)


def test_stop_times_on_demand_are_read(models: ModuleType, tmp_path: Path) -> None:
    feed = zipped(ON_DEMAND, tmp_path)
    group, zone = rows(models, feed, "stop_times.txt")
    assert (group["stop_id"], group["location_group_id"]) == (None, "north")
    assert (group["end_pickup_drop_off_window"], group["end_pickup_drop_off_window_seconds"]) == ("24:30:00", 88_200)
    assert (zone["location_id"], zone["arrival_time"]) == ("zone-1", None)
    info = rows(models, feed, "feed_info.txt")[0]
    assert (info["feed_start_date"], info["feed_end_date"]) == (date(2024, 1, 1), None)
