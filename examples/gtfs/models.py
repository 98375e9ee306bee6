"""The rows of a GTFS feed, by the rules of https://gtfs.org/documentation/schedule/reference.

A model's fields are the properties of the node that a row becomes, under the names that GTFS gives them. What is
added: ``…_seconds``, a time of day as a number. An agency without an id goes by its name.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

STOP, STATION, ENTRANCE, GENERIC_NODE, BOARDING_AREA = range(5)  # the values of location_type


def _date(value: Any) -> Any:
    """The day of YYYYMMDD, which pydantic would take for seconds since 1970."""
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{8}", value):
            raise ValueError("a date is written YYYYMMDD, such as 20140609")
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    return value


def _seconds(value: Any) -> int:
    """Seconds since the start of the service day, which may be more than a day of 24 hours has."""
    match = re.fullmatch(r"([0-9]+):([0-5][0-9]):([0-5][0-9])", str(value))
    if not match:
        raise ValueError("a time is written H:MM:SS, such as 7:05:00, or 25:10:00 for after midnight")
    hours, minutes, seconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _flag(value: Any) -> Any:
    if isinstance(value, str) and value not in {"0", "1"}:
        raise ValueError("write 1 for yes, 0 for no")
    return value


def _route_type(value: int) -> int:
    """A basic type of the reference, or one of the extended types that feeds in Europe use."""
    if value in {*range(8), 11, 12} or 100 <= value < 1800:
        return value
    raise ValueError("a route type is 0 to 7, 11, 12, or an extended one from 100 to 1799")


Text = str
Id = str
Date = Annotated[date, BeforeValidator(_date)]
Time = str  # as written; checked where it becomes Seconds
Seconds = Annotated[int, BeforeValidator(_seconds)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Color = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{6}$")]
Flag = Annotated[bool, BeforeValidator(_flag)]
Count = Annotated[int, Field(ge=0)]
Binary = Annotated[int, Field(ge=0, le=1)]
YesNoUnknown = Annotated[int, Field(ge=0, le=2)]  # 0: nothing is known, 1: yes, 2: no
Boarding = Annotated[int, Field(ge=0, le=3)]  # 0: as scheduled, 1: no, 2: phone the agency, 3: ask the driver


class Record(BaseModel):
    """A row: spaces around a value don't count, an empty value is an absent one, unknown columns are left out."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, row: dict[str, Any]) -> dict[str, Any]:
        stripped = ((name.strip(), value.strip() if isinstance(value, str) else value) for name, value in row.items())
        return {name: value for name, value in stripped if value is not None and value != ""}


class FeedInfo(Record):
    """The only row of feed_info.txt."""

    feed_publisher_name: Text
    feed_publisher_url: Text
    feed_lang: Text
    default_lang: Text | None = None
    feed_start_date: Date | None = None
    feed_end_date: Date | None = None
    feed_version: Text | None = None
    feed_contact_email: Text | None = None
    feed_contact_url: Text | None = None


class Agency(Record):
    """A row of agency.txt."""

    agency_id: Id = Field(validation_alias=AliasChoices("agency_id", "agency_name"))
    agency_name: Text
    agency_url: Text
    agency_timezone: Text
    agency_lang: Text | None = None
    agency_phone: Text | None = None
    agency_fare_url: Text | None = None
    agency_email: Text | None = None
    cemv_support: YesNoUnknown = 0


class Stop(Record):
    """A row of stops.txt: where people board, or a station, its entrances and other places in it."""

    stop_id: Id
    stop_code: Text | None = None
    stop_name: Text | None = None
    tts_stop_name: Text | None = None
    stop_desc: Text | None = None
    stop_lat: Latitude | None = None
    stop_lon: Longitude | None = None
    zone_id: Id | None = None
    stop_url: Text | None = None
    location_type: Annotated[int, Field(ge=STOP, le=BOARDING_AREA)] = STOP
    parent_station: Id | None = None
    stop_timezone: Text | None = None
    wheelchair_boarding: YesNoUnknown = 0
    level_id: Id | None = None
    platform_code: Text | None = None
    stop_access: Binary | None = None

    @model_validator(mode="after")
    def _has_what_its_type_needs(self) -> Self:
        in_the_open = self.location_type in {STOP, STATION, ENTRANCE}
        if in_the_open and self.stop_name is None:
            raise ValueError("a stop, station or entrance needs a stop_name")
        if in_the_open and (self.stop_lat is None or self.stop_lon is None):
            raise ValueError("a stop, station or entrance needs a stop_lat and a stop_lon")
        if self.location_type not in {STOP, STATION} and self.parent_station is None:
            raise ValueError("an entrance, generic node or boarding area needs a parent_station")
        if self.location_type == STATION and self.parent_station is not None:
            raise ValueError("a station has no parent_station")
        return self


class Route(Record):
    """A row of routes.txt."""

    route_id: Id
    agency_id: Id | None = None
    route_short_name: Text | None = None
    route_long_name: Text | None = None
    route_desc: Text | None = None
    route_type: Annotated[int, AfterValidator(_route_type)]
    route_url: Text | None = None
    route_color: Color = "FFFFFF"
    route_text_color: Color = "000000"
    route_sort_order: Count | None = None
    continuous_pickup: Boarding = 1
    continuous_drop_off: Boarding = 1
    network_id: Id | None = None
    cemv_support: YesNoUnknown = 0

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if self.route_short_name is None and self.route_long_name is None:
            raise ValueError("a route needs a route_short_name or a route_long_name")
        return self


class Service(Record):
    """A row of calendar.txt: the weekdays on which a service runs, and from when to when (both days included)."""

    service_id: Id
    monday: Flag
    tuesday: Flag
    wednesday: Flag
    thursday: Flag
    friday: Flag
    saturday: Flag
    sunday: Flag
    start_date: Date
    end_date: Date


class ServiceException(Record):
    """A row of calendar_dates.txt: a day on which a service runs (1) or does not (2), whatever its calendar says."""

    service_id: Id
    date: Date
    exception_type: Annotated[int, Field(ge=1, le=2)]


class Trip(Record):
    """A row of trips.txt."""

    trip_id: Id
    route_id: Id
    service_id: Id
    trip_headsign: Text | None = None
    trip_short_name: Text | None = None
    direction_id: Binary | None = None
    block_id: Id | None = None
    shape_id: Id | None = None
    wheelchair_accessible: YesNoUnknown = 0
    bikes_allowed: YesNoUnknown = 0
    cars_allowed: YesNoUnknown = 0


class StopTime(Record):
    """A row of stop_times.txt: a trip's call at a stop, or at a place served on demand."""

    trip_id: Id
    stop_sequence: Count
    stop_id: Id | None = None
    location_group_id: Id | None = None
    location_id: Id | None = None
    arrival_time: Time | None = None
    arrival_seconds: Seconds | None = Field(default=None, validation_alias="arrival_time")
    departure_time: Time | None = None
    departure_seconds: Seconds | None = Field(default=None, validation_alias="departure_time")
    start_pickup_drop_off_window: Time | None = None
    start_pickup_drop_off_window_seconds: Seconds | None = Field(
        default=None, validation_alias="start_pickup_drop_off_window"
    )
    end_pickup_drop_off_window: Time | None = None
    end_pickup_drop_off_window_seconds: Seconds | None = Field(
        default=None, validation_alias="end_pickup_drop_off_window"
    )
    stop_headsign: Text | None = None
    pickup_type: Boarding = 0
    drop_off_type: Boarding = 0
    continuous_pickup: Boarding | None = None  # empty: as the route says
    continuous_drop_off: Boarding | None = None
    shape_dist_traveled: Annotated[float, Field(ge=0)] | None = None
    timepoint: Binary | None = None

    @model_validator(mode="after")
    def _has_a_place_and_exact_times(self) -> Self:
        if self.stop_id is None and self.location_group_id is None and self.location_id is None:
            raise ValueError("a stop time needs a stop_id, a location_group_id or a location_id")
        if self.timepoint == 1 and (self.arrival_time is None or self.departure_time is None):
            raise ValueError("an exact time (timepoint 1) needs an arrival_time and a departure_time")
        return self
