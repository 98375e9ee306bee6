"""Nothing lost, nothing twice."""

from __future__ import annotations

from etl_host.delivery.exactly_once import ExactlyOnce

__all__ = ["ExactlyOnce"]
