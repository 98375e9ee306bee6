"""What the command line exits with."""

from __future__ import annotations

from docs.listings.markdown import table
from etl_host.cli.options import EXIT_CODES


def exit_codes() -> str:
    """A table."""
    lines = (line.partition("  ") for line in EXIT_CODES)
    return table(["Code", "Means"], ([number, means] for number, _, means in lines))
