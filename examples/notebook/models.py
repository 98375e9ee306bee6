"""What the rows of stops.csv must look like."""

from __future__ import annotations

from pydantic import BaseModel


class Stop(BaseModel):
    """A place where buses stop; degrees."""

    stop_id: str
    name: str
    lat: float
    lon: float
