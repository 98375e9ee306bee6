"""Whether a file stays what it is while it is read."""

from __future__ import annotations

from etl_host import FileLocation, InputChanged


class Version:
    """Size and time of a file on this machine; of others nothing is known."""

    def __init__(self, location: FileLocation) -> None:
        self._location = location
        self._modified, self._size = _of(location)

    def compare(self) -> None:
        """Raises InputChanged where the file is not what it was when this object was made."""
        if self._modified is None:
            return
        if not self._location.exists():
            raise InputChanged(f"{self._location}: it was removed while it was being read", remedy="put it back")
        modified, size = _of(self._location)
        if (modified, size) == (self._modified, self._size):
            return
        grown = f"it has grown from {self._size:,} to {size:,} bytes" if size > self._size else "it was changed"
        raise InputChanged(
            f"{self._location}: {grown} while it was being read",
            remedy="start again once nothing writes to it any more: it goes on after the lines that are loaded",
        )


def _of(location: FileLocation) -> tuple[int | None, int]:
    modified = location.modified()
    return modified, 0 if modified is None else location.size() or 0
