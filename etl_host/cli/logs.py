"""The log of a command, on stderr: lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from etl_host.cli.log_formats import JSONFormatter, TextFormatter

if TYPE_CHECKING:
    from stamina.instrumentation import RetryDetails

LEVELS: Final = ("debug", "info", "warning", "error")
FORMATS: Final = ("text", "json")
EVENTS: Final = "etl_host.events"
"""The logger of what reporters hear. Where the log is JSON, it is told whatever the level."""

log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])


def log_options(command: F) -> F:
    """Give ``command`` the options ``--log-level`` and ``--log-format``."""
    level = click.option(
        "--log-level", type=click.Choice(LEVELS), default="warning", help="What the log on stderr tells."
    )
    form = click.option(
        "--log-format",
        type=click.Choice(FORMATS),
        default="text",
        help="json: one object a line, also for progress, summary and errors.",
    )
    return level(form(command))


@contextmanager
def logging_to_stderr(level: str, form: str, settings: Mapping[str, str]) -> Iterator[None]:
    """While it lasts, the log from ``level`` on goes to stderr, without the secrets among ``settings``."""
    from stamina.instrumentation import set_on_retry_hooks

    handler = _Stderr()
    handler.setFormatter(JSONFormatter(settings) if form == "json" else TextFormatter(settings))
    root, events = logging.getLogger(), logging.getLogger(EVENTS)
    before = root.level, events.level
    root.addHandler(handler)
    root.setLevel(level.upper())
    if form == "json":
        events.setLevel(logging.INFO)
    set_on_retry_hooks([_tell_of_retry])
    try:
        yield
    finally:
        set_on_retry_hooks(None)
        root.removeHandler(handler)
        root.setLevel(before[0])
        events.setLevel(before[1])


def entered_in_json(message: str) -> bool:
    """Enter an error into the log, where that is JSON: there it is all that stderr holds. Returns whether it is."""
    is_json = any(isinstance(handler.formatter, JSONFormatter) for handler in logging.getLogger().handlers)
    if is_json:
        log.error("%s", message)
    return is_json


class _Stderr(logging.Handler):
    """Writes to what is stderr at the moment: while bars are drawn, that puts lines above them."""

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        try:
            if sys.stderr is not None:
                sys.stderr.write(line + "\n")
                sys.stderr.flush()
        except (OSError, ValueError):  # nobody reads it, or it is closed
            return


def _tell_of_retry(details: RetryDetails) -> None:
    """Unlike stamina's own, whose message doesn't say what is wrong, and which may go to stdout."""
    error = details.caused_by
    log.warning(
        "%s: %s; it is tried again in %.1f s",
        type(error).__name__,
        error,
        details.wait_for,
        extra={"retry": details.retry_num, "waited": round(details.waited_so_far, 3)},
    )
