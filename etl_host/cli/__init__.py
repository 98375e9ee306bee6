"""The command line: ``main`` is what ``etl-host`` calls. One file a command, imported when it is called."""

from __future__ import annotations

from typing import Final

import click

from etl_host.cli.lazy import LazyGroup
from etl_host.cli.options import common_options, version_option

COMMANDS: Final = {
    "run": ("etl_host.cli.run:run", "Run a pipeline file."),
    "list-plugins": ("etl_host.cli.list_plugins:list_plugins", "List the plugins and their state."),
}
"""The host's own commands, in the order of ``--help``: where each is, and what it does."""


@click.group(
    cls=LazyGroup,
    own=COMMANDS,
    params=[version_option(), *common_options()],
    context_settings={"help_option_names": ["-h", "--help"]},
)
def main() -> None:
    """Load CSV files and more into a graph, each row exactly once, with what plugins bring."""
