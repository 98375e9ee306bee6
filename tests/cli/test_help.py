"""The help of every command: fits a terminal, shows examples, and the examples are right."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile

import click
import pytest
from click.testing import CliRunner

from etl_host.cli import COMMANDS, main

OURS = ["", *COMMANDS, "runs list", "runs show", "runs delete", "query"]
"""The command line itself, the host's commands and theirs, and that of a plugin from here."""


def help_of(command: str) -> str:
    result = CliRunner().invoke(main, [*command.split(), "-h"], prog_name="etl-host", terminal_width=80)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def examples_of(command: str) -> list[str]:
    """The lines below "Examples:", each a command of the shell."""
    found = re.search(r"^  Examples:\n((?:    .+\n)+)", help_of(command), re.MULTILINE)
    return [line.strip() for line in found[1].splitlines()] if found else []


def calls_of(example: str) -> Iterator[list[str]]:
    """The arguments of each ``etl-host`` in a line for the shell."""
    for call in re.findall(r"^etl-host (.*)|\$\(etl-host ([^)]*)\)", example):
        words = shlex.split("".join(call))
        yield list(takewhile(lambda word: word not in (">", "|"), words))


def can_be_parsed(group: click.Group, context: click.Context, arguments: list[str]) -> None:
    """Raises UsageError where they can't."""
    name, found, rest = group.resolve_command(context, arguments)
    assert found is not None
    inner = found.make_context(name, [*rest], parent=context)
    if isinstance(found, click.Group):
        can_be_parsed(found, inner, rest)


@pytest.mark.parametrize("command", OURS)
def test_it_fits_80_columns(command: str) -> None:
    assert [line for line in help_of(command).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("command", OURS)
def test_it_ends_a_first_sentence_and_shows_examples_that_can_be_parsed(command: str) -> None:
    text = help_of(command)
    assert re.search(r"^Usage: etl-host.*\n(?:  .*\n)*\n  [A-Z][^.]+\.", text)
    examples = examples_of(command)
    assert examples
    for example in examples:
        for arguments in calls_of(example):
            assert arguments[: len(command.split())] == command.split()
            can_be_parsed(main, click.Context(main), arguments)


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("", ["ETL_HOST_PLUGINS_DISABLED", "ETL_HOST_PLUGINS_ALLOWED"]),
        ("run", ["ETL_ERROR_PATH", "NO_COLOR", "NEO4J_URI", "Exit codes:", "  6  another process"]),
        ("query", ["NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"]),
    ],
)
def test_variables_and_exit_codes_are_named_where_they_count(command: str, names: list[str]) -> None:
    for name in names:
        assert name in help_of(command)
