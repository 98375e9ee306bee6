"""The files of a source: one, or those that a pattern stands for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from etl_host import FileLocation, InputError
from etl_host_csv.stream import ByteStream


def found_files(location: FileLocation, missing: str) -> Sequence[FileLocation]:
    """The files that are there, by their names; none where that is fine. Raises InputError where it isn't."""
    found = location.glob()
    is_pattern = list(found) != [location]
    if not is_pattern and not location.exists():
        found = []
    if not found and missing == "fail":
        what = "no file has such a name" if is_pattern else "there is no such file"
        raise InputError(
            f"{location}: {what}{_absolute(location)}",
            remedy="correct its name; or say missing: empty where the file is optional",
        )
    return found


def _absolute(location: FileLocation) -> str:
    absolute = str(location.path) if location.path else None
    return f" ({absolute})" if absolute and absolute != str(location) else ""


class Places:
    """Where rows come from: the files read so far, with the lines before each."""

    def __init__(self, location: FileLocation, files: Sequence[FileLocation]) -> None:
        self._shown = location.name
        names = [file.name for file in files]
        unique = len(set(names)) == len(names)
        self._names = names if unique else [str(file) for file in files]
        self._lines_before: list[int] = []

    def begin(self, lines_before: int) -> None:
        """The next file begins after so many lines of those before it."""
        self._lines_before.append(lines_before)

    def of(self, origin: int) -> str:
        """File and line."""
        number = bisect_left(self._lines_before, origin) - 1
        if number < 0:
            return f"{self._shown}:{origin}"
        return f"{self._names[number]}:{origin - self._lines_before[number]}"


class Progress:
    """How much of the files, as they are stored, has been read."""

    def __init__(self, files: Sequence[FileLocation]) -> None:
        sizes = [file.size() for file in files]
        self._sizes: Iterator[int | None] = iter(sizes)
        self._total = None if None in sizes else sum(size or 0 for size in sizes)
        self._done = 0

    def finish_file(self) -> None:
        """The next file has been read."""
        self._done += next(self._sizes) or 0

    def share(self, stream: ByteStream) -> float | None:
        """The share of all, 0 to 1, with what has been read of this file; None where sizes aren't known."""
        return min(1.0, (self._done + stream.stored_bytes_read) / self._total) if self._total else None
