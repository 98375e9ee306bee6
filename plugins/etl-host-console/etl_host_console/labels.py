"""What a task is called on the screen."""

from __future__ import annotations

from etl_host_console.console import visible

Path = tuple[str, ...]
"""The names from the root of the tree of tasks to one."""


class Labels:
    """The name of each task; of two with one name, the later one's whole path."""

    def __init__(self) -> None:
        self._labels: dict[Path, str] = {}

    def of(self, path: Path) -> str:
        if path not in self._labels:
            self._labels[path] = visible("/".join(path) if self._is_taken(path[-1]) else path[-1])
        return self._labels[path]

    def _is_taken(self, name: str) -> bool:
        return any(path[-1] == name for path in self._labels)
