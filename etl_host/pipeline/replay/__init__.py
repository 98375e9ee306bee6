"""Loading the rows that a run has rejected, once they are corrected; each enters the chain where it was refused."""

from __future__ import annotations

from etl_host.pipeline.replay.attempt import ReplayOptions, replay

__all__ = ["ReplayOptions", "replay"]
