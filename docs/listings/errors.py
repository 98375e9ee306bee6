"""The errors, as ``etl-host explain`` explains them."""

from __future__ import annotations

import re

from etl_host.cli.pages import all_pages
from etl_host.registry.lookup import Registry


def errors() -> str:
    """A section for each page, with headings two levels below where they stand alone."""
    pages = all_pages(Registry().plugins)
    return "\n\n".join(_section(page.read_text("utf-8")) for page in pages.values())


def _section(page: str) -> str:
    name, _, rest = page.strip().partition("\n")
    code, _, summary = name.removeprefix("# ").partition(": ")
    return f"## {code}\n\n*{summary}*\n" + re.sub(r"^#+ ", "### ", rest, flags=re.MULTILINE)
