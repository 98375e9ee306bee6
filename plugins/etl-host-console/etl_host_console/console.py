"""The one place where consoles are made."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


def console_on(stream: TextIO | None = None) -> Console:
    """A console on ``stream``, by default stderr, that prints text as it is.

    Names, queries and messages come from users: read as markup, ``-[r:KNOWS]->`` would lose its middle and
    ``[/x]`` raise.
    """
    from rich.console import Console

    stream = stream or sys.stderr
    return Console(
        file=stream,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=True,
        force_interactive=None if stream.isatty() else False,  # FORCE_COLOR would bring bars into pipes
    )
