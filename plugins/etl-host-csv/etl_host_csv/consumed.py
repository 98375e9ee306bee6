"""What has been consumed of the files, so that a later run can see whether it is still the same."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from etl_host import InputChanged

REMEDY = "put back the file as it was, or begin again with --restart, which loads all rows again"


class Consumed:
    """Counts and hashes the lines consumed: their text, so that it doesn't matter how a file is packed.

    The end of the last line is left out: it may be missing now, and come with the lines after it later.
    """

    def __init__(self) -> None:
        self.lines = 0
        """Those of all files so far."""
        self._hash = blake2b(digest_size=16)
        self._end = ""
        self._file: dict[str, Any] = {}

    def begin(self, name: str, number: int) -> None:
        """What comes is from that file, of those of a pattern the one with this number, counted from 0."""
        before = self._hash.hexdigest()
        self._file = {"file": name, "number": number, "start": self.lines, "before": before}
        self._hash = blake2b(f"{before} {name}".encode("utf-8", "surrogateescape"), digest_size=16)
        self._end = ""

    def add(self, text: str, lines: int) -> None:
        """``text``, of so many lines, is consumed as well."""
        if not text:
            return
        self.lines += lines
        self._hash.update(self._end.encode())
        self._end = "\r\n" if text.endswith("\r\n") else text[-1] if text[-1] in "\r\n" else ""
        self._hash.update(text.removesuffix(self._end).encode("utf-8", "surrogatepass"))

    def token(self) -> dict[str, Any]:
        """The token of a position: how many lines, and their hash; for a pattern, also the file, its number, the lines
        before it, and their hash.
        """
        return {"lines": self.lines, "hash": self._hash.hexdigest(), **self._file}

    def compare_before(self, token: dict[str, Any]) -> None:
        """To be called once the token's file has begun. Raises InputChanged where those before it are others."""
        if self._file.get("before") != token.get("before"):
            raise InputChanged(
                f"{token['file']}: a file before it is not what it was when it was loaded", remedy=REMEDY
            )

    def compare(self, token: dict[str, Any], file: str) -> None:
        """Raises InputChanged where ``token`` was made of other lines. ``file``: what messages call it."""
        before, wanted = token.get("start", 0), token["lines"]
        if self.lines < wanted:
            raise InputChanged(
                f"{file}: it ends after line {self.lines - before}, but was loaded up to line {wanted - before} before",
                remedy=REMEDY,
            )
        if self.token() != token:
            raise InputChanged(
                f"{file}: lines 1 to {wanted - before} are not what they were when they were loaded", remedy=REMEDY
            )
