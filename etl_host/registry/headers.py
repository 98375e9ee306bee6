"""The headers of a METADATA file, without the email package, whose import takes longer than finding all plugins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Headers: TypeAlias = Mapping[str, Sequence[str]]
"""Values by name, in small letters; a name may come more than once."""


def headers_of(text: str) -> Headers:
    """What stands before the first empty line. Lines that begin with a blank go on with the one before them."""
    headers: dict[str, list[str]] = {}
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    for line in re.sub(r"\r?\n[ \t]+", " ", head).splitlines():
        name, colon, value = line.partition(":")
        if colon and value.strip():
            headers.setdefault(name.strip().lower(), []).append(value.strip())
    return headers
