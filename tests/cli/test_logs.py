from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr

import click
import pytest
import stamina
from click.testing import CliRunner
from stamina.instrumentation import get_on_retry_hooks

from etl_host.cli.logs import EVENTS, entered_in_json, log_options, logging_to_stderr

log = logging.getLogger("etl_host_toy")


@pytest.fixture(autouse=True)
def quickly() -> Iterator[None]:
    """Retries without pauses."""
    with stamina.set_testing(True, attempts=3):
        yield


def test_only_entries_from_the_level_on_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr("warning", "text", {}):
        log.info("one")
        log.warning("two")
    assert capsys.readouterr().err == "WARNING etl_host_toy: two\n"


def test_afterwards_the_log_is_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    root, events = logging.getLogger(), logging.getLogger(EVENTS)
    before = root.level, [*root.handlers], events.level
    with logging_to_stderr("debug", "json", {}):
        pass
    log.error("not shown")
    assert (root.level, root.handlers, events.level) == before
    assert "_tell_of_retry" not in str(get_on_retry_hooks())
    assert capsys.readouterr().err == ""


def test_entries_go_to_what_is_stderr_now_as_while_bars_are_drawn_that_is_the_console(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_to_stderr("warning", "text", {}):
        with redirect_stderr(console := io.StringIO()):
            log.warning("above the bars")
        log.warning("after them")
    assert console.getvalue() == "WARNING etl_host_toy: above the bars\n"
    assert capsys.readouterr().err == "WARNING etl_host_toy: after them\n"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_stderr_that_nobody_hears_is_no_error(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    closed = io.StringIO()
    closed.close()
    for stream in (None, closed, Gone()):
        monkeypatch.setattr(sys, "stderr", stream)
        with logging_to_stderr("warning", form, {}):
            log.warning("nobody hears this")


def test_events_are_told_in_json_whatever_the_level(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr("error", "json", {}):
        logging.getLogger(EVENTS).info("stops: started")
        log.warning("not shown")
    assert [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()] == ["stops: started"]


def test_an_error_is_an_entry_where_the_log_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr("error", "text", {}):
        assert not entered_in_json("wrong\n  next: right")
    with logging_to_stderr("error", "json", {}):
        assert entered_in_json("wrong 100%s\n  next: right")
    entry = json.loads(capsys.readouterr().err)
    assert (entry["level"], entry["message"]) == ("error", "wrong 100%s\n  next: right")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_retry_tells_what_is_wrong_without_secrets(capsys: pytest.CaptureFixture[str], form: str) -> None:
    def load() -> None:
        for attempt in stamina.retry_context(on=OSError):
            with attempt:
                raise OSError('login bob:hunt"er2 refused [/x]')

    with logging_to_stderr("warning", form, {"DB_PASSWORD": 'hunt"er2'}), pytest.raises(OSError, match="hunt"):
        load()
    told = capsys.readouterr().err
    assert told.count("refused [/x]; it is tried again in ") == 2
    assert "OSError" in told
    assert "er2" not in told
    assert "stamina" not in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "warning text"),
        (["--log-level", "debug", "--log-format", "json"], "debug json"),
        (["--log-format", "xml"], "'xml' is not one of 'text', 'json'"),
    ],
)
def test_the_options_of_a_command(arguments: list[str], told: str) -> None:
    @click.command()
    @log_options
    def command(log_level: str, log_format: str) -> None:
        click.echo(f"{log_level} {log_format}")

    assert told in CliRunner().invoke(command, arguments).output
