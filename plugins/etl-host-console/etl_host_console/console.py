"""The one place where consoles are made."""

from __future__ import annotations

import sys
from typing import IO, TextIO

from rich.console import Console


def console_on(stream: TextIO | None = None) -> PlainConsole:
    """A console on ``stream``, by default stderr; one that shows nothing where that is closed."""
    stream = stream or sys.stderr
    return PlainConsole(
        file=stream,
        stderr=True,
        quiet=stream is None or stream.closed,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=True,
        force_jupyter=False,  # there, print would go past the stream
        force_interactive=None if is_terminal(stream) else False,  # FORCE_COLOR would bring bars into pipes
    )


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a person may be looking at ``stream``; None stands for a closed one, as in ``sys``."""
    return stream is not None and not stream.closed and stream.isatty()


def visible(text: str) -> str:
    """``text`` with escapes for what would move the cursor, colour the terminal or break the line."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class PlainConsole(Console):
    """Prints text as it is.

    Names, queries and messages come from users: read as markup, ``-[r:KNOWS]->`` would lose its middle and ``[/x]``
    raise.
    """

    @property
    def columns(self) -> int | None:
        """How wide the screen is; None where there is none, but a file or pipe."""
        return self.width if is_terminal(self.file) else None

    def say(self, text: str) -> None:
        """Print ``text`` on a line of its own."""
        self.print(visible(text))

    def on_broken_pipe(self) -> None:
        """Be silent from now on. rich would close stdout, which others write to, and exit."""
        self.quiet = True
