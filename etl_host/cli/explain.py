"""``etl-host explain``: what a name in brackets behind an error means, and what to do."""

from __future__ import annotations

import re

import click
from click.shell_completion import CompletionItem

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.cli.pages import all_pages
from etl_host.registry.suggestions import did_you_mean

_CODE_BLOCK = "    "


def _complete(context: click.Context, _argument: click.Parameter, incomplete: str) -> list[CompletionItem]:
    pages = all_pages(Host.of(context).registry.plugins)
    return [
        CompletionItem(name, help=summary_of(page.read_text("utf-8")))
        for name, page in pages.items()
        if name.startswith(incomplete)
    ]


@click.command(
    epilog=epilog(
        examples=["etl-host explain", "etl-host explain unset-variable"],
    )
)
@click.argument("name", required=False, shell_complete=_complete)
@click.pass_obj
def explain(host: Host, name: str | None) -> None:
    """Explain an error by the NAME in brackets behind its message.

    Without NAME, list all names, those of plugins too. Nothing is imported or asked over the network for it.
    """
    pages = all_pages(host.registry.plugins)
    if name is None:
        width = max(map(len, pages))
        for code, page in pages.items():
            click.echo(f"{code.ljust(width)}  {summary_of(page.read_text('utf-8'))}")
    elif (code := name.strip("[]")) in pages:
        click.echo(plain(pages[code].read_text("utf-8")))
    else:
        message = f'no error is called "{name}"{did_you_mean(name, pages)}'
        raise click.BadParameter(f"{message}\nA list: etl-host explain", param_hint="NAME")


def summary_of(page: str) -> str:
    """What its first line says behind the name: ``# NAME: summary``."""
    return page.partition("\n")[0].partition(": ")[2]


def plain(page: str) -> str:
    """Markdown as a terminal shows it best: without the marks of headings and of code in a sentence."""
    return "\n".join(map(_plain, page.strip().split("\n")))


def _plain(line: str) -> str:
    if line.startswith(_CODE_BLOCK):
        return line
    if line.startswith("## "):
        return line.removeprefix("## ").upper()
    return re.sub(r"`([^`]+)`", r"\1", line.removeprefix("# "))
