"""``etl-host runs``: what the stores have recorded of runs."""

from __future__ import annotations

from etl_host.cli.runs.group import runs

__all__ = ["runs"]
