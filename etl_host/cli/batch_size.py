"""The value of ``--batch-size``."""

from __future__ import annotations

from typing import Any

import click


class BatchSize(click.IntRange):
    """A number of rows, or ``auto``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == "auto" else super().convert(value, param, ctx)
