"""``etl-host completion``: the script that lets a shell complete commands, options and values."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from etl_host.cli.options import epilog

PROGRAM: Final = "etl-host"
VARIABLE: Final = "_ETL_HOST_COMPLETE"
"""With it set, ``etl-host`` prints completions and does nothing else; click derives it from the program's name."""

_INSTALL: Final = {
    "bash": (
        "# Completion of etl-host for bash 4.4 or newer. For this shell only:",
        '#   eval "$(etl-host completion bash)"',
        "# For good, where the package bash-completion is installed:",
        "#   mkdir -p ~/.local/share/bash-completion/completions",
        "#   etl-host completion bash > ~/.local/share/bash-completion/completions/etl-host",
    ),
    "zsh": (
        "# Completion of etl-host for zsh. For this shell only, once compinit has run:",
        '#   eval "$(etl-host completion zsh)"',
        '# For good, in a folder that "echo $fpath" names:',
        '#   etl-host completion zsh > "${fpath[1]}/_etl-host"',
    ),
    "fish": (
        "# Completion of etl-host for fish. For this shell only:",
        "#   etl-host completion fish | source",
        "# For good:",
        "#   etl-host completion fish > ~/.config/fish/completions/etl-host.fish",
    ),
}


@click.command(
    epilog=epilog(
        examples=[
            'eval "$(etl-host completion bash)"',
            "etl-host completion fish > ~/.config/fish/completions/etl-host.fish",
        ]
    )
)
@click.argument("shell", type=click.Choice(list(_INSTALL)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options and values.

    The script begins with how to install it. It asks etl-host itself at each Tab, so that commands of plugins
    that are installed later are completed, too.
    """
    script_of = get_completion_class(shell)
    assert script_of is not None
    script = script_of(context.find_root().command, {}, PROGRAM, VARIABLE).source()
    first, *rest = script.split("\n")
    # What zsh loads by itself must begin with "#compdef".
    lines = [first, *_INSTALL[shell], *rest] if first.startswith("#compdef") else [*_INSTALL[shell], first, *rest]
    click.echo("\n".join(lines).rstrip())
