"""The names that a misspelt one may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``', did you mean "csv"?'``, to be put behind a message; "" where nothing that is known comes near."""
    from difflib import get_close_matches  # needed only where something is wrong

    spellings = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(name.lower(), list(spellings), n=1)
    return f', did you mean "{spellings[close[0]]}"?' if close else ""
