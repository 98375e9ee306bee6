"""Text of the code, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def escaped(text: str) -> str:
    """``text`` as it is, whatever Markdown makes of its characters."""
    return _SPECIAL.sub(r"\\\1", text)


def code(text: str) -> str:
    """``text`` as code within a line or a cell of a table."""
    inside = text.replace("|", "\\|")
    return f"`` {inside} ``" if "`" in text else f"`{inside}`"


def block(language: str, text: str) -> str:
    """``text`` as a block of its own."""
    return f"```{language}\n{text.strip()}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
