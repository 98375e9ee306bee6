"""Parts of pages that are made from the code when the pages are built, so that they can't be behind it.

A page holds the directive ``listing`` with the name of one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from docs.listings.commands import command_line
from docs.listings.errors import errors
from docs.listings.exit_codes import exit_codes
from docs.listings.names import contracts, public_names
from docs.listings.plugins import plugins

LISTINGS: Final[dict[str, Callable[[], str]]] = {
    "command-line": command_line,
    "contracts": contracts,
    "errors": errors,
    "exit-codes": exit_codes,
    "plugins": plugins,
    "public-names": public_names,
}
"""Each by its name in pages; returns Markdown."""


class Listing(SphinxDirective):
    """Stands in a page for a listing."""

    required_arguments = 1

    def run(self) -> list[Any]:
        name = self.arguments[0]
        if name not in LISTINGS:
            raise ExtensionError(f"{self.env.docname}: there is no listing {name}, only {', '.join(LISTINGS)}")
        self.env.note_reread()  # the code may have changed where the page has not
        return self.parse_text_to_nodes(LISTINGS[name](), allow_section_headings=True)
