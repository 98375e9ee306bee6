"""The tables of options in the READMEs of our plugins, as ``etl-host plugin-info NAME --markdown`` prints them.

To take over what has changed: ``.venv/bin/python tests/support/readme_tables.py``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from click.testing import CliRunner

from etl_host.cli import main

ROOT: Final = Path(__file__).parents[2]
READMES: Final = {file.parent.name: file for file in sorted(ROOT.glob("plugins/*/README.md"))}
"""The README of each distribution."""

_BEGIN: Final = "<!-- etl-host plugin-info {name} --markdown -->"
_END: Final = "<!-- end -->"


def tables_in(text: str, name: str) -> str | None:
    """What stands between the markers in the text of a README; None where there are none."""
    found = re.search(rf"{re.escape(_BEGIN.format(name=name))}\n\n(.*?)\n*{_END}\n", text, re.DOTALL)
    return found[1] if found else None


def tables_of(name: str) -> str:
    """What the command prints."""
    done = CliRunner().invoke(main, ["plugin-info", name, "--markdown"])
    assert done.exit_code == 0, done.stderr
    return done.stdout.strip()


def with_tables(text: str, name: str, tables: str) -> str:
    """The text of a README with ``tables`` between the markers, at its end if there were none."""
    block = f"{_BEGIN.format(name=name)}\n\n{tables}\n\n{_END}\n"
    old = tables_in(text, name)
    if old is None:
        return f"{text.rstrip()}\n\n{block}"
    return re.sub(rf"{re.escape(_BEGIN.format(name=name))}\n.*?{_END}\n", lambda _: block, text, flags=re.DOTALL)


if __name__ == "__main__":
    for distribution, file in READMES.items():
        old = file.read_text("utf-8")
        file.write_text(with_tables(old, distribution, tables_of(distribution)), "utf-8")
