"""Which process it is that works on a run, and whether it is still there."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Process:
    """A process, as others may look for it.

    ``boot`` and ``namespace`` tell machines and containers apart where names and numbers are the same; both are empty
    where the system doesn't say (only Linux does). ``began``: the system's own mark for when it started, since numbers
    of processes are used again.
    """

    host: str
    pid: int
    boot: str = ""
    namespace: str = ""
    began: str = ""

    @classmethod
    def current(cls) -> Self:
        """This one."""
        pid = os.getpid()
        return cls(platform.node(), pid, _boot(), _namespace(), _began(pid) or "")

    @classmethod
    def recorded(cls, record: Mapping[str, Any]) -> Self | None:
        """The one of which ``as_dict`` is kept in a record; None where the record names none."""
        return cls(**record) if record else None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"

    def is_gone(self) -> bool:
        """Whether it has certainly ended; False where that can't be known from here."""
        same_place = self.boot and (self.boot, self.namespace) == (_boot(), _namespace())
        return bool(same_place) and _began(self.pid) != self.began


def _boot() -> str:
    return _read("/proc/sys/kernel/random/boot_id")


def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _began(pid: int) -> str | None:
    """When the process with that number started, in ticks since the machine did; None where there is none.

    Field 22 of ``/proc/PID/stat``, proc(5); the name of the command, field 2, may hold blanks and parentheses. One that
    has ended, and was not waited for, counts as gone.
    """
    state, *fields = _read(f"/proc/{pid}/stat").rpartition(") ")[2].split() or [""]
    return fields[18] if len(fields) > 18 and state not in ("Z", "X") else None


def _read(file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError:
        return ""
