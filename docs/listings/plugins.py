"""What the plugins of this repository bring, as ``etl-host plugin-info`` shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import metadata, requires

from click.testing import CliRunner
from packaging.requirements import Requirement

from docs.listings.markdown import code, table
from etl_host.cli import main


def plugins() -> str:
    """A table of the plugins, then a section for each."""
    names = first_party()
    summaries = [[f"[{code(name)}](#{name})", metadata(name)["Summary"]] for name in names]
    return "\n\n".join([table(["Plugin", "Brings"], summaries), *map(_section, names)])


def first_party() -> Sequence[str]:
    """The distributions that ``etl-host[standard]`` brings."""
    requirements = [Requirement(text) for text in requires("etl-host") or ()]
    return sorted(
        requirement.name
        for requirement in requirements
        if requirement.marker and requirement.marker.evaluate({"extra": "standard"})
    )


def _section(name: str) -> str:
    shown = CliRunner().invoke(main, ["plugin-info", name, "--markdown"])
    assert shown.exit_code == 0, shown.output
    return f"## {name}\n\n" + re.sub(r"^## ", "### ", shown.output, flags=re.MULTILINE)
