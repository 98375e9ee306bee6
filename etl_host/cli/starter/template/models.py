"""What a row must be, and the properties that it becomes. A row that doesn't fit is set aside, with the reason."""

from __future__ import annotations

import datetime

from pydantic import BaseModel


class Person(BaseModel):
    """A row of people.csv."""

    id: int
    name: str
    born: datetime.date | None = None
