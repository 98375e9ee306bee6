"""From a pipeline file to a run."""

from __future__ import annotations

from etl_host.pipeline.pipeline import Pipeline

__all__ = ["Pipeline"]
