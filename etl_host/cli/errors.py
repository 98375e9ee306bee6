"""How a command ends that can't go on: a message of one screen on stderr, and its exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click

from etl_host.cli.options import TRACEBACK
from etl_host.cli.pages import is_explained
from etl_host.cli.redaction import without_secrets
from etl_host.core.errors import EtlHostError, Interrupted, OutputError, exit_code_of, text_of
from etl_host.core.visible import visible

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

UNEXPECTED = "unexpected"
"""The code of errors that nobody foresaw."""


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
            show_traceback(error)
        # The message comes last, as that is what stays on the screen.
        show(message_of(error))
        context.exit(exit_code_of(error))


def show(message: str) -> None:
    """Write a message to stderr, without the secrets of the environment; into the log where that is JSON."""
    from etl_host.cli.logs import entered_in_json  # --help does without

    if not entered_in_json(message):
        # not err=True, which goes past what redirects stderr: while bars are drawn, messages belong above them
        click.echo(visible(without_secrets(message, os.environ), keep="\n\t"), file=sys.stderr)


def show_traceback(error: BaseException) -> None:
    """Write where in the code ``error`` comes from to stderr."""
    show("".join(traceback.format_exception(error)))


def message_of(error: BaseException) -> str:
    """``what and where [code]``; below it ``next:``, what to do, and ``more:``, where to read on."""
    if isinstance(error, KeyboardInterrupt):
        return f"interrupted [{Interrupted.code}]"
    if isinstance(error, EtlHostError):
        return "\n".join([error.told(), *_next(error.remedy), *([_more(error.page)] if is_explained(error) else [])])
    if isinstance(error, OSError) and error.errno in _FULL:
        full = OutputError(f"{error.filename or 'the output'} can't be written: {error.strerror}", remedy="make room")
        return message_of(full)
    first, *details = text_of(error).split("\n")
    told = [f"unexpected {type(error).__name__}: {first} [{UNEXPECTED}]", *details]
    remedy = "the same with --traceback, to see where; then please report it"
    return "\n".join([*told, *_next(remedy), _more(UNEXPECTED)])


def _next(remedy: str | None) -> list[str]:
    return [f"  next: {remedy}"] if remedy else []


def _more(code: str) -> str:
    return f"  more: etl-host explain {code}"
