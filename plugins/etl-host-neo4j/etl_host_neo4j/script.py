"""A file of Cypher as single statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl_host import FileLocation, InputError

# What a semicolon may hide in: text, names in backticks, comments. Unterminated ones run to the end of the
# file.
_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.)*(?:'|\Z) | "(?:[^"\\]|\\.)*(?:"|\Z))
      | (?P<name>`(?:[^`]|``)*(?:`|\Z))
      | (?P<comment>//[^\n]* | /\*.*?(?:\*/|\Z))
      | (?P<end>;)
      | .""",
    re.VERBOSE | re.DOTALL,
)


def code_of(text: str) -> str:
    """``text`` without what is in quotes, backticks and comments."""
    return "".join(" " if token["name"] or token["text"] or token["comment"] else token[0] for token in _tokens(text))


def bare(text: str) -> str:
    """``text`` without what is in quotes and comments."""
    return "".join(" " if token["text"] or token["comment"] else token[0] for token in _tokens(text)).strip()


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return _TOKEN.finditer(text)


def statements_of(text: str) -> Iterator[str]:
    """The statements in ``text``, which ``;`` separates, without comments and white space around them."""
    parts: list[str] = []
    for token in _tokens(text):
        if token["end"]:
            yield from _statement(parts)
            parts = []
        else:
            parts.append(" " if token["comment"] else token[0])
    yield from _statement(parts)


def _statement(parts: list[str]) -> Iterator[str]:
    if statement := "".join(parts).strip():
        yield statement


def text_of(file: FileLocation) -> str:
    """The Cypher in ``file``. Raises InputError where it can't be read, or is not UTF-8."""
    with file.open() as stream:
        content = stream.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{file}:{line}: this is not UTF-8", remedy="save the file as UTF-8") from error
