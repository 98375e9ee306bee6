from __future__ import annotations

import json
import logging
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from etl_host.cli.log_formats import JSONFormatter, TextFormatter

ODD = [
    "-[r:KNOWS]-> [/x] etl-host[standard] 100%",
    'quotes " and \\ and \x1b[2J and \r\n and \t and \x00',
    "Zürich 東京 🚌 \u2028 \u202e",
    "half \ud800",
]
SECRET = 'hunt"er\\2é'


class Raises:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def record(message: str, *args: object, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("etl_host.x", logging.WARNING, "x.py", 1, message, args, None)
    made.exc_info = (type(error), error, error.__traceback__) if error else None
    vars(made).update(extra)
    return made


def entry(message: str, *args: object, **extra: Any) -> dict[str, Any]:
    line = JSONFormatter({"DB_PASSWORD": SECRET}).format(record(message, *args, **extra))
    assert line.isascii()
    assert "\n" not in line

    def not_json(constant: str) -> None:
        raise AssertionError(constant)

    read: dict[str, Any] = json.loads(line, parse_constant=not_json)
    return read


def test_an_entry_in_json() -> None:
    before = datetime.now().astimezone()
    read = entry("%s rows", 3, run="r-1", task="stop times")
    assert timedelta(0) <= datetime.fromisoformat(read.pop("time")) - before + timedelta(milliseconds=1) < timedelta(1)
    expected = {"level": "warning", "logger": "etl_host.x", "message": "3 rows", "run": "r-1", "task": "stop times"}
    assert read == expected


@pytest.mark.parametrize("text", ODD)
def test_any_text_makes_valid_json_on_one_line(text: str) -> None:
    read = entry("%s", text, task=text)
    assert (read["message"], read["task"]) == (text, text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("nan"), {"$float": "nan"}),
        (date(2026, 11, 23), {"$date": "2026-11-23"}),
        (SecretStr("x" * 9), {"$repr": "SecretStr('**********')"}),
        (Raises(), {"$repr": "<Raises that raises RuntimeError>"}),
        ({1: ("a", None)}, {"1": ["a", None]}),
    ],
)
def test_any_value_can_be_given_as_extra(value: object, shown: object) -> None:
    assert entry("x", value=value)["value"] == shown


def test_a_value_that_holds_itself_does_not_break_the_log() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert entry("x", value=loop)["value"] == {"$repr": "<list that raises RecursionError>"}


def test_extras_do_not_hide_what_every_entry_has() -> None:
    read = entry("x", time="never", level="none")
    assert read["level"] == "warning"
    assert read["time"] != "never"


@pytest.mark.parametrize("formatter", [JSONFormatter({}), TextFormatter({})])
def test_a_message_that_does_not_go_with_its_arguments_is_shown_without(formatter: logging.Formatter) -> None:
    assert "%d rows" in formatter.format(record("%d rows", "three"))


def failed() -> ValueError:
    try:
        raise ValueError(f"can't open ftp://bob:{SECRET}@host")
    except ValueError as error:
        return error


@pytest.mark.parametrize("formatter", [JSONFormatter, TextFormatter])
def test_no_secret_is_shown_wherever_it_is(formatter: type[JSONFormatter]) -> None:
    made = record("login with %s", SECRET, error=failed(), task=SECRET, nested={"a": [SECRET]})
    line = formatter({"DB_PASSWORD": SECRET, "HOME": "/root"}).format(made)
    for form in (SECRET, repr(SECRET)[1:-1], json.dumps(SECRET)[1:-1]):
        assert form not in line
    assert "ValueError" in line


def test_the_key_of_an_extra_can_not_hold_a_secret_either() -> None:
    assert SECRET not in entry("x", nested={SECRET: 1})["nested"]


def test_the_traceback_is_an_entry_of_its_own_in_json_and_below_the_message_in_text() -> None:
    read = entry("it failed", error=failed())
    assert read["exception"].startswith("Traceback (most recent call last):\n")
    assert read["exception"].splitlines()[-1].startswith("ValueError: can't open")
    text = TextFormatter({}).format(record("it failed", error=failed()))
    assert text.splitlines()[:2] == ["WARNING etl_host.x: it failed", "Traceback (most recent call last):"]


def test_text_can_not_steer_the_terminal() -> None:
    shown = TextFormatter({}).format(record("%s", ODD[1]))
    assert shown == 'WARNING etl_host.x: quotes " and \\ and \\x1b[2J and \\r\n and \t and \\x00'


def test_a_stack_is_shown_where_one_is_asked_for() -> None:
    made = record("x", stack_info=None)
    made.stack_info = "Stack (most recent call last):\n  here"
    assert "here" in TextFormatter({}).format(made)
