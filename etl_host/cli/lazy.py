"""A group of commands that imports a command's module when the command is called, and not for ``--help``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from etl_host.cli.errors import presented
from etl_host.cli.options import add_common_options
from etl_host.registry.importing import import_path

if TYPE_CHECKING:
    from etl_host.registry.plugin import Plugin


class LazyGroup(click.Group):
    """``own``: for each of the host's commands where it is (``"module:attribute"``) and what it does.

    Further commands come from plugins. The host's own can't be replaced by theirs.
    """

    def __init__(self, *args: Any, own: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._own = own

    def main(self, *args: Any, **options: Any) -> Any:
        """As click's, on streams that replace what they can't encode: no message may crash on an old code page."""
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")
        return super().main(*args, **options)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's; ``--help`` is shown from here, and what goes wrong with it like any error."""
        with presented(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command with a ``Host`` as its ``ctx.obj``."""
        from etl_host.cli.host import Host
        from etl_host.registry.damage import leaving_out_damage

        with presented(ctx), leaving_out_damage():
            Host.of(ctx)
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The host's commands in their order, then those of plugins by name."""
        return [*self._own, *self._from_plugins(ctx)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, which doesn't know what a misspelt name may have meant."""
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            from etl_host.registry.suggestions import did_you_mean

            ctx.fail(f"No such command '{args[0]}'{did_you_mean(args[0], known)}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command. Raises RegistryError where it is a plugin's and that can't be used."""
        if cmd_name in self._own:
            command: click.Command = import_path(self._own[cmd_name][0])
        elif plugin := self._from_plugins(ctx).get(cmd_name):
            from etl_host.cli.plugins.commands import load_command

            command = load_command(plugin)
        else:
            return None
        add_common_options(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Unlike click's, which imports every command for its help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._own.items()])
        if from_plugins := self._described(ctx):
            with formatter.section("Commands of plugins"):
                formatter.write_dl(list(from_plugins.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Unlike click's, which imports every command to ask whether it is hidden."""
        texts = {name: text for name, (_, text) in self._own.items()} | self._described(ctx)
        commands = [CompletionItem(name, help=text) for name, text in texts.items() if name.startswith(incomplete)]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def _described(self, ctx: click.Context) -> dict[str, str]:
        plugins = self._from_plugins(ctx)
        if not plugins:
            return {}
        from etl_host.cli.plugins.commands import origin
        from etl_host.core.visible import in_one_line

        return {in_one_line(name): origin(plugin) for name, plugin in plugins.items()}

    def _from_plugins(self, ctx: click.Context) -> dict[str, Plugin]:
        from etl_host.cli.host import Host

        # Of two with one name the usable one comes last, and stays.
        commands = sorted(Host.of(ctx).registry.commands, key=lambda command: (command.name, command.usable))
        return {command.name: command for command in commands if command.name not in self._own}
