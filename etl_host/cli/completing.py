"""What a shell completes values with. Nothing heavy is imported for it, and no pipeline is read in earnest."""

from __future__ import annotations

import re
import shlex
from glob import escape, glob
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from etl_host.cli.host import Host

_TASK = re.compile(r"\b(?:task|group):\s*(?P<quote>[\"']?)(?P<name>[^\"'{},\[\]#\n]+?)\s*(?P=quote)\s*(?:[,}#\n]|\Z)")


class PipelineFile(click.Path):
    """A file that is completed by those that end with ``.yaml`` or ``.yml``; where none fits, by any.

    Whether it can be read is seen when it is, and told like all that is wrong with it.
    """

    def __init__(self) -> None:
        super().__init__(readable=False, path_type=Path)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        files = [file for end in ("yaml", "yml") for file in glob(f"{escape(incomplete)}*.{end}")]
        return [CompletionItem(file) for file in sorted(files)] or super().shell_complete(ctx, param, incomplete)


def tasks_of_file(context: click.Context, _option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The tasks and groups of the pipeline FILE that is on the command line already.

    Names that a shell would have to quote are left out: no two shells do that alike.
    """
    # Where the option whose value is wanted is the last word, click leaves arguments before it unparsed.
    file = next(filter(None, [context.params.get("file"), *context.args]), None)
    try:
        text = Path(file or "").read_text("utf-8", "replace")
    except OSError:
        return []
    names = dict.fromkeys(found["name"] for found in _TASK.finditer(text))
    return [CompletionItem(name) for name in names if name.startswith(incomplete) and shlex.quote(name) == name]


def plugins(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of plugins that are installed; none is imported."""
    found = {plugin.name: plugin.summary for plugin in Host.of(context).registry.plugins}
    return [CompletionItem(name, help=summary) for name, summary in found.items() if name.startswith(incomplete)]
