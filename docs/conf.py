"""How Sphinx builds these pages: `make docs`."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs.listings import Listing
from docs.plain_index import write_index

project = "etl-host"
author = "the etl-host developers"
version = release = installed_version("etl-host")

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"etl-host {version}"


def setup(app: Sphinx) -> None:
    """Add what is made of the code, and of the pages."""
    app.add_directive("listing", Listing)
    app.connect("build-finished", write_index)
