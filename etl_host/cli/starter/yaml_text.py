"""Values in a pipeline file, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z]([\w./ -]*\w)?", re.ASCII)
_NO_TEXTS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})  # to some reader or other


def yaml_text(value: Any) -> str:
    """``value``, of plain JSON, on one line; ``${`` in it is no variable."""
    match value:
        case str():
            return _text(value)
        case Mapping():
            return f"{{{', '.join(f'{_text(key)}: {yaml_text(item)}' for key, item in value.items())}}}"
        case Sequence():
            return f"[{', '.join(map(yaml_text, value))}]"
    return json.dumps(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXTS:
        return text
    escaped = json.dumps(text.replace("${", "$${"), ensure_ascii=False)
    # What doesn't print may not be in a YAML file, or is a line break to it.
    return "".join(part if part.isprintable() else _escape(part) for part in escaped)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
