"""How a command ends that can't go on: a message of one screen on stderr, and its exit code."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click

from etl_host.cli.options import TRACEBACK
from etl_host.core.errors import EtlHostError, exit_code_of


@contextmanager
def presented(context: click.Context) -> Iterator[None]:
    """Show what a command raises, and exit. What click handles itself is left to it, a closed pipe too."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except SystemExit:
        raise  # a command's own way to end
    except BaseException as error:
        if TRACEBACK in context.meta:
            click.echo("".join(traceback.format_exception(error)), err=True)
        # The message comes last, as that is what stays on the screen.
        click.echo(message_of(error), err=True)
        context.exit(exit_code_of(error))


def message_of(error: BaseException) -> str:
    """``what and where [code]``, and the remedy below it.

    An error of several lines names its codes itself and is shown as it is.
    """
    if isinstance(error, EtlHostError):
        message = str(error) if "\n" in str(error) else f"{error} [{error.code}]"
        return f"{message}\n  next: {error.remedy}" if error.remedy else message
    if isinstance(error, KeyboardInterrupt):
        return "interrupted [interrupted]"
    remedy = "the same with --traceback, to see where; then please report it"
    return f"unexpected {type(error).__name__}: {error}\n  next: {remedy}"
