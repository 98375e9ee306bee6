"""The corpus: files that are nasty in one way each, made anew from these scripts, always the same bytes.

``python nasty_files.py FOLDER`` writes them, to be looked at.
"""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path

import nasty_encodings
import nasty_lines
import nasty_packed
import nasty_quotes
import nasty_tables
from nasty_case import Case


def corpus() -> list[Case]:
    """All files."""
    themes = (nasty_lines, nasty_quotes, nasty_encodings, nasty_tables, nasty_packed)
    return list(chain.from_iterable(theme.cases() for theme in themes))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(corpus()):
        (folder / f"{number:03}.csv").write_bytes(case.content)
        print(f"{number:03}.csv  {case.name}")  # noqa: T201
