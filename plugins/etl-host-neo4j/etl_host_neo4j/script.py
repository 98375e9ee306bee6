"""A file of Cypher as single statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What a semicolon may hide in: text, names in backticks, comments. Unterminated ones run to the end of the
# file.
_TOKEN = re.compile(
    r"""(?P<hidden>'(?:[^'\\]|\\.)*(?:'|\Z) | "(?:[^"\\]|\\.)*(?:"|\Z) | `(?:[^`]|``)*(?:`|\Z))
      | (?P<comment>//[^\n]* | /\*.*?(?:\*/|\Z))
      | (?P<end>;)
      | .""",
    re.VERBOSE | re.DOTALL,
)


def code_of(text: str) -> str:
    """``text`` without what is in quotes, backticks and comments."""
    return "".join(" " if token["hidden"] or token["comment"] else token[0] for token in _TOKEN.finditer(text))


def statements_of(text: str) -> Iterator[str]:
    """The statements in ``text``, which ``;`` separates, without comments and white space around them."""
    parts: list[str] = []
    for token in _TOKEN.finditer(text):
        if token["end"]:
            yield from _statement(parts)
            parts = []
        else:
            parts.append(" " if token["comment"] else token[0])
    yield from _statement(parts)


def _statement(parts: list[str]) -> Iterator[str]:
    if statement := "".join(parts).strip():
        yield statement
