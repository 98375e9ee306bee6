"""Text of others, on its way to a screen."""

from __future__ import annotations


def visible(text: str, *, keep: str = "") -> str:
    """``text`` with escapes for what would move the cursor, colour the terminal or break the line, but for ``keep``."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _escape(char) for char in text)


def in_one_line(text: str, limit: int = 1_000) -> str:
    """``text`` on one line of at most ``limit`` characters."""
    line = visible(" ".join(text[: 4 * limit].split()))
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()
