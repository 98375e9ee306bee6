"""What a person sees of a process on a terminal: a real one for the process, its screen as lines for the test."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PIECES = re.compile(r"\x1b\[(?P<number>[?\d;]*)(?P<control>[A-Za-z])|(?P<char>.)", re.DOTALL)

_UNFINISHED = re.compile(r"(\x1b(\[[?\d;]*)?)?$")


class Screen:
    """As many lines as there are, the first ones first: what has scrolled away is still there.

    ``wrapped``: the lines that did not fit.
    """

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.wrapped: list[str] = []
        self._rows: list[list[str]] = [[]]
        self._row = self._column = 0

    @property
    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self._rows]

    def write(self, text: str) -> None:
        for piece in _PIECES.finditer(text):
            match piece["control"], piece["char"]:
                case ("A", _):
                    self._row = max(0, self._row - int(piece["number"] or 1))
                case ("K", _):
                    assert piece["number"] == "2"
                    self._rows[self._row] = []
                case (("m" | "h" | "l"), _):
                    pass
                case (None, "\r"):
                    self._column = 0
                case (None, "\n"):
                    self._next_row()
                case (None, char) if char is not None:
                    self._put(char)
                case unknown:
                    raise AssertionError(unknown)

    def _put(self, char: str) -> None:
        if self._column == self.columns:
            self.wrapped.append("".join(self._rows[self._row]))
            self._column = 0
            self._next_row()
        row = self._rows[self._row]
        row += " " * (self._column + 1 - len(row))
        row[self._column] = char
        self._column += 1

    def _next_row(self) -> None:
        self._row += 1
        if self._row == len(self._rows):
            self._rows.append([])


class OnTerminal:
    """A process whose stdout and stderr are a terminal of so many columns."""

    def __init__(
        self, command: Sequence[str], folder: Path, columns: int = 80, environment: Mapping[str, str] | None = None
    ) -> None:
        self.screen = Screen(columns)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        unset = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
        kept: Mapping[str, str] = {name: value for name, value in os.environ.items() if name not in unset}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**kept, "TERM": "xterm-256color", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def frames(self) -> Iterator[list[str]]:
        """The lines after each change, until the process is over."""
        decoder = getincrementaldecoder("utf-8")("replace")
        rest = ""
        while data := self._read():
            text = rest + decoder.decode(data)
            rest = _UNFINISHED.search(text)[0]  # type: ignore[index]
            self.screen.write(text.removesuffix(rest))
            yield self.screen.lines
        self.process.wait()
        os.close(self._master)

    def _read(self) -> bytes:
        try:
            return os.read(self._master, 65536)
        except OSError:  # Linux's way to say that nobody will write any more
            return b""

    def hang_up(self) -> None:
        """As when its window is closed."""
        os.close(self._master)
