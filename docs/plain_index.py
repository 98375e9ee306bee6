"""``llms.txt``: an index of the pages as plain text, each with the address of its Markdown."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from docs.listings import LISTINGS

_LISTING = re.compile(r"```\{listing\} ([\w-]+)\n```")


def write_index(app: Sphinx, failure: Exception | None) -> None:
    """Write it beside the pages, and the listings into the Markdown of them that Sphinx copies to ``_sources``."""
    if failure is not None or app.builder.format != "html":
        return
    entry = app.config.root_doc
    pages = [page for page in app.env.toctree_includes.get(entry, []) if page in app.env.titles]
    lines = [f"- [{app.env.titles[page].astext()}](_sources/{page}.md.txt)" for page in pages]
    text = "\n".join([f"# {app.config.html_title}", "", *lines, ""])
    Path(app.outdir, "llms.txt").write_text(text, encoding="utf-8")
    for source in Path(app.outdir, "_sources").rglob("*.md.txt"):
        text = source.read_text("utf-8")
        if _LISTING.search(text):
            source.write_text(_LISTING.sub(lambda found: LISTINGS[found[1]](), text), encoding="utf-8")
