"""The rows of a file that is not complete yet."""

from __future__ import annotations

from pathlib import Path

from etl_host.core.files.sync import rename, sync, sync_folder


class FilePart:
    """``out.csv.part``, which becomes ``out.csv``. Methods raise OSError as the system does."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + ".part")
        self._complete = path

    def append(self, length: int, data: bytes) -> int:
        """Add ``data`` behind the first ``length`` bytes, drop what was there; safe from a crash, if unseen yet.

        Returns the new length. Raises OSError, too, where there are fewer bytes than that.
        """
        if not self.holds(length):
            raise OSError(f"there are fewer than the {length:,} bytes that were committed")
        is_new = not self.path.exists()
        with self.path.open("xb" if is_new else "r+b") as file:
            file.truncate(length)
            file.seek(length)
            file.write(data)
            sync(file)
        if is_new:
            sync_folder(self.path.parent)
        return length + len(data)

    def holds(self, length: int) -> bool:
        """Whether there are so many bytes, at least."""
        return length == 0 or (self.path.exists() and self.path.stat().st_size >= length)

    def publish(self) -> None:
        """Give it the file's name; nothing where that was done."""
        if self.path.exists():
            rename(self.path, self._complete)
