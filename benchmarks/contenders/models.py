"""What the rows of the benchmarks are; also read by contenders in environments of their own."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel


class Person(BaseModel):
    """A row of the file of persons: scalars, and dates that are loaded as such."""

    person_id: int
    first_name: str
    last_name: str
    email: str
    birth_date: date
    created_at: datetime
    score: float
    active: bool
    country: str | None = None


class PersonAsText(BaseModel):
    """The same with dates that are loaded as text."""

    person_id: int
    first_name: str
    last_name: str
    email: str
    birth_date: str
    created_at: str
    score: float
    active: bool
    country: str | None = None


class StopTime(BaseModel):
    """A row of the file of stop times, as feeds of public transport have it."""

    trip_id: str
    arrival_time: str
    departure_time: str
    stop_id: str
    stop_sequence: int
    shape_dist_traveled: float | None = None
    service_date: date
    stop_headsign: str | None = None


class Knows(BaseModel):
    """A relationship between two persons."""

    start: int
    end: int
    weight: float
