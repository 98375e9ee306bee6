"""The command line: ``main`` is what ``etl-host`` calls. One file a command, imported when it is called."""

from __future__ import annotations

from typing import Final

import click

from etl_host.cli.lazy import LazyGroup
from etl_host.cli.options import common_options, epilog, version_option

COMMANDS: Final = {
    "init": ("etl_host.cli.init:init", "Begin a pipeline, from your own files or an example."),
    "check": ("etl_host.cli.check:check", "Check a pipeline file and all that it needs."),
    "run": ("etl_host.cli.run:run", "Run a pipeline file."),
    "replay": ("etl_host.cli.replay:replay", "Load rows that were rejected, once corrected."),
    "runs": ("etl_host.cli.runs:runs", "Look at runs: list, show, delete."),
    "list-plugins": ("etl_host.cli.plugins.list:list_plugins", "List the plugins and their state."),
    "plugin-info": ("etl_host.cli.plugins.info:plugin_info", "Show the options of what a plugin offers."),
    "new-plugin": ("etl_host.cli.plugins.new:new_plugin", "Begin a package with a plugin of your own."),
    "schema": ("etl_host.cli.schema:schema", "Print the JSON Schema of pipeline files, for editors."),
    "explain": ("etl_host.cli.explain:explain", "Explain an error by its name."),
    "completion": ("etl_host.cli.completion:completion", "Let a shell complete commands and options."),
}
"""The host's own commands, in the order of ``--help``: where each is, and what it does."""


@click.group(
    cls=LazyGroup,
    own=COMMANDS,
    params=[version_option(), *common_options()],
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=epilog(
        examples=[
            "etl-host run pipeline.yaml --embedded",
            "etl-host explain unset-variable",
        ],
        environment=[
            "ETL_HOST_PLUGINS_DISABLED  plugins to do without, with commas between",
            "ETL_HOST_PLUGINS_ALLOWED   if set, only these plugins may be imported",
        ],
    ),
)
def main() -> None:
    """Load CSV files and more into a graph, each row exactly once, with what plugins bring."""
