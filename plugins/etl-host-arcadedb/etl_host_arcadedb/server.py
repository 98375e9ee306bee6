"""The parent's side of an embedded graph: starts its server in a child process, and stops it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Self, cast

from etl_host import ConnectionFailed, EtlHostError
from etl_host_arcadedb.lock import FolderLock, held_by_another
from etl_host_arcadedb.password import password_of

START_TIMEOUT = 120.0  # seconds; a start takes about two
STOP_TIMEOUT = 40.0  # longer than the child's own
LOCKED_BY_SERVER = "is locked by another process"
CHILD = Path(__file__).with_name("child.py")


class EmbeddedServer:
    """The graph server of one data folder: for this machine only, and gone when this process is, however it ends.

    Only explicit transactions are all or nothing: a statement in an auto-commit ``session.run`` may stop halfway.
    """

    database = "neo4j"
    username = "root"

    def __init__(self, folder: Path, *, heap: str = "1g") -> None:
        """Start nothing yet. ``folder`` is made if need be; ``heap`` is the most memory that Java may use."""
        self.folder = folder.absolute()
        self.heap = heap
        self.log = self.folder / "server.log"
        self.uri = ""
        self.password = ""
        self._lock: FolderLock | None = None
        self._child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the server; ``uri`` and ``password`` are known then.

        Raises Locked when another process, or another connection of this one, has the folder, and
        ConnectionFailed when the folder can't be written or the server does not start.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = FolderLock(self.folder)
            (self.folder / ".gitignore").write_text("*\n")  # data and password belong into no repository
            self.password = password_of(self.folder)
            with self.log.open("wb") as log:
                self._child = self._popen(log, self._lock)
            self.uri = f"bolt://127.0.0.1:{self._port(self._child)}"
        except OSError as error:
            self.stop()
            raise ConnectionFailed(
                f"the embedded graph can't use the folder {self.folder}: {error.strerror}",
                remedy="give the connection another `folder`, one that can be written",
            ) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, if it runs, and let go of the folder."""
        child, self._child = self._child, None
        lock, self._lock = self._lock, None
        try:
            if child is not None:
                _end(child)
        finally:
            if lock is not None:
                lock.release()

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop the server."""
        self.stop()

    def _popen(self, log: IO[bytes], lock: FolderLock) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-I", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=self.folder,
            pass_fds=[] if sys.platform == "win32" else [lock.descriptor],
            start_new_session=True,  # a Ctrl-C in the terminal is the parent's to handle
        )

    def _port(self, child: subprocess.Popen[str]) -> int:
        orders = {
            "folder": str(self.folder),
            "password": self.password,
            "database": self.database,
            "heap": self.heap,
            "path": [str(Path(entry).absolute()) for entry in sys.path],
        }
        stdin, stdout = cast("IO[str]", child.stdin), cast("IO[str]", child.stdout)
        too_late = threading.Timer(START_TIMEOUT, child.kill)
        too_late.start()
        try:
            print(json.dumps(orders), file=stdin, flush=True)
            answer = stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            too_late.cancel()
        if not answer:
            raise self._why_not(child.wait())
        return int(json.loads(answer)["port"])

    def _why_not(self, exit_code: int) -> EtlHostError:
        text = self.log.read_text("utf-8", "replace")
        if LOCKED_BY_SERVER in text:
            return held_by_another(self.folder)
        end = "\n".join(text.splitlines()[-15:])
        return ConnectionFailed(
            f"the embedded graph in {self.folder} did not start (exit {exit_code}); its log ends:\n{end}",
            remedy=f"see the whole log, {self.log}",
        )


def _end(child: subprocess.Popen[str]) -> None:
    try:
        child.communicate("stop\n", timeout=STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
