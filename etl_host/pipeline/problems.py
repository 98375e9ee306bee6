"""What is wrong with a pipeline, all of it, each problem at its place in the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from etl_host.core.errors import EtlHostError, ExitCode

if TYPE_CHECKING:
    from etl_host.pipeline.nodes import Node

_LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # what YAML takes for one
_SECRETIVE = re.compile(
    r"(?i)(password|passphrase|secret|token|credential|api_?key)\w*[\"']?\s*:"  # the key of a secret
    r"|://[^/\s]*:[^/\s]*@"  # a URL with a password
)
_SHORTEST_SECRET = 4


@dataclass(frozen=True, order=True)
class Place:
    """A stretch of one line of the file. ``line`` and ``column`` count from 1, ``width`` is in characters."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True)
class PlacedProblem:
    """One thing that is wrong.

    ``code``: names the kind of problem. ``place``: None where it is in no line.
    """

    code: str
    message: str
    place: Place | None = None


class PipelineError(EtlHostError):
    """A pipeline file that can't be run as it is. Nothing was read or written.

    ``problems``: all that were found, by place. The text of the error has a line for each, with the source line
    below it.
    """

    code = "wrong-pipeline"
    exit_code = ExitCode.USAGE

    def __init__(self, text: str, problems: Sequence[PlacedProblem]) -> None:
        super().__init__(text)
        self.problems = problems

    def told(self) -> str:
        """All problems; each has a code of its own."""
        return str(self)

    @property
    def page(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code if self.problems else self.code


class CheckFailed(PipelineError):
    """A pipeline that is right, but finds something wrong before it starts: an input that is missing, a query
    refused.
    """

    code = "check-failed"
    exit_code = ExitCode.FAILED


class Problems:
    """Collects the problems of one file, and keeps secrets out of what is said about them."""

    def __init__(self, file: Path | str) -> None:
        self.file = file
        self.found: list[PlacedProblem] = []
        self._lines: Sequence[str] = ()
        self._secret_lines: set[int] = set()
        self._secrets: set[str] = set()

    def has_text(self, text: str) -> None:
        """The file's text, for the source lines."""
        self._lines = _LINE_BREAK.split(text)

    def add(self, code: str, message: str, place: Place | None = None) -> None:
        """One more problem. The message becomes one line."""
        self.note(PlacedProblem(code, " ".join(message.split()), place))

    def note(self, problem: PlacedProblem) -> None:
        """One more problem. The same one again (an anchor that is used twice) counts once."""
        if problem not in self.found:
            self.found.append(problem)

    def hide(self, node: Node) -> None:
        """``node`` is secret: no source line that it is on is ever shown."""
        self._secret_lines.update(range(node.place.line, node.last_line + 1))

    def hide_text(self, secret: str) -> None:
        """``secret`` is shown in no message. Very short ones are not looked for: they would be found everywhere."""
        if len(secret) >= _SHORTEST_SECRET:
            self._secrets.add(secret)

    def raise_if_any(self) -> None:
        """Raise PipelineError where there are problems."""
        if self.found:
            raise self.error()

    def error(self, kind: type[PipelineError] = PipelineError) -> PipelineError:
        """All problems as one error."""
        found = [replace(problem, message=self.masked(problem.message)) for problem in self.found]
        found.sort(key=lambda problem: problem.place or Place(0, 0))
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        end = f"{count}, nothing was read or written (exit code {int(kind.exit_code)})"
        return kind("\n".join([*map(self._shown, found), end]), found)

    def masked(self, text: str) -> str:
        """``text`` without the secrets."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "…")
        return text

    def _shown(self, problem: PlacedProblem) -> str:
        place = problem.place
        where = f"{self.file}:{place.line}:{place.column}" if place else f"{self.file}"
        return f"{where}: {problem.message} [{problem.code}]{self._source(place)}"

    def _source(self, place: Place | None) -> str:
        """The source line with a mark below it; nothing where something on it is secret."""
        if place is None or place.line in self._secret_lines or not 0 < place.line <= len(self._lines):
            return ""
        line = self._lines[place.line - 1]
        if not line.strip() or _SECRETIVE.search(line) or any(secret in line for secret in self._secrets):
            return ""
        before, marked = line[: place.column - 1], line[place.column - 1 :][: place.width]
        indent = "".join("\t" if character == "\t" else " " * _cells(character) for character in before)
        mark = "^" * max(1, sum(map(_cells, marked)))
        return f"\n{place.line:5} | {line.rstrip()}\n      | {indent}{mark}"


def _cells(character: str) -> int:
    """How wide a terminal draws it."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def with_remedy(error: EtlHostError) -> str:
    """The message of ``error``, and what to do about it."""
    return f"{error}; {error.remedy}" if error.remedy else str(error)
