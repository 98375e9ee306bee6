"""A Neo4j of our own that can be killed and started again, on the same port and the same data."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from socket import create_server
from types import TracebackType
from typing import Self

from neo4j_release import Neo4jRelease
from neo4j_run import CONF, QUICK_START, RUN_AS_LONG_AS_THE_PARENT, START_TIMEOUT


class OwnServer:
    """Runs from ``with`` to its end; wants no login. ``settings``: for a load."""

    def __init__(self, release: Neo4jRelease, home: Path) -> None:
        with create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        (home / "conf").mkdir(parents=True)
        text = CONF.format(port=self.port, page_cache="64m") + "dbms.security.auth_enabled=false\n"
        (home / "conf" / "neo4j.conf").write_text(text)
        self.settings = {
            "NEO4J_URI": f"bolt://127.0.0.1:{self.port}",
            "NEO4J_USERNAME": "neo4j",
            "NEO4J_PASSWORD": "",
            "NEO4J_DATABASE": "neo4j",
        }
        self._log = home / "server.log"
        self._command = [
            *(release.java(), *release.java_options, *QUICK_START),
            *("-cp", f"{release.jars()}/*", release.main_class),
            *(f"--home-dir={home}", f"--config-dir={home / 'conf'}", "--console-mode"),
        ]

    def start(self) -> None:
        """Returns when it answers."""
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", RUN_AS_LONG_AS_THE_PARENT, *self._command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_TIMEOUT
        while "Started." not in (text := self._log.read_text("utf-8", "replace")):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start: {text[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """As when its machine kills it for want of memory."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
