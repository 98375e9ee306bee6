"""Names of labels, types and properties in generated Cypher: the one place where they are escaped."""

from __future__ import annotations


def escaped(name: str) -> str:
    r"""``name`` as a Cypher identifier, in backticks.

    Backticks are doubled; ``\u`` escapes, which Cypher resolves before it reads the name, and empty names
    raise ValueError.
    """
    if not name or "\\u" in name:
        raise ValueError(f"{name!r} can't be a name in Cypher")
    return "`" + name.replace("`", "``") + "`"
