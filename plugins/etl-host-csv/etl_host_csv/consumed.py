"""What has been consumed of a file, so that a later run can see whether it is still the same."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from etl_host import FileLocation, InputChanged

REMEDY = "put back the file as it was, or begin again with --restart, which loads all rows again"


class Consumed:
    """Counts and hashes the lines consumed: their text, so that it doesn't matter how the file is packed."""

    def __init__(self) -> None:
        self.lines = 0
        self._hash = blake2b(digest_size=16)
        self._ends_in_line = False

    def add(self, text: str, lines: int) -> None:
        """``text``, of so many lines, is consumed as well."""
        self.lines += lines
        self._ends_in_line = not text.endswith(("\n", "\r"))
        self._hash.update(text.encode("utf-8", "surrogatepass"))

    def token(self) -> dict[str, Any]:
        """The token of a position: how many lines, and their hash."""
        digest = self._hash.copy()
        if self._ends_in_line:
            digest.update(b"\n")  # the file's last line may get its end, and lines after it, later
        return {"lines": self.lines, "hash": digest.hexdigest()}

    def compare(self, token: dict[str, Any], location: FileLocation) -> None:
        """Raises InputChanged where ``token`` was made of other lines."""
        if self.lines < token["lines"]:
            raise InputChanged(
                f"{location}: it ends after line {self.lines}, but was loaded up to line {token['lines']} before",
                remedy=REMEDY,
            )
        if self.token() != token:
            raise InputChanged(
                f"{location}: lines 1 to {token['lines']} are not what they were when they were loaded", remedy=REMEDY
            )
