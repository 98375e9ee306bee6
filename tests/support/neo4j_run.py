"""A Neo4j server for one test session: started on free ports, logged in to, killed at the end."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from neo4j import Driver, GraphDatabase

from graph_handle import GraphHandle
from neo4j_release import Neo4jRelease

START_TIMEOUT = 300  # seconds; a loaded machine with a cold disk needs a good part of them
DATABASE = "neo4j"
# A test run that is killed leaves no server behind. Only Linux can do that: PR_SET_PDEATHSIG is 1, SIGKILL is 9.
RUN_AS_LONG_AS_THE_PARENT = """\
import ctypes, os, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 9)
os.execv(sys.argv[1], sys.argv[1:])
"""
CONF = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size={page_cache}
dbms.usage_report.enabled=false
# Tests give wrong passwords on purpose, which must not shut out the tests after them.
dbms.security.auth_max_failed_attempts=0
# Saves half a gigabyte of disk.
db.tx_log.preallocate=false
"""


class StartFailed(Exception):
    """The server did not start; the message holds the end of its log."""


QUICK_START = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A third off the start; loads are slower for it."""


@contextmanager
def started(
    release: Neo4jRelease, home: Path, *, java: Sequence[str] = QUICK_START, page_cache: str = "64m"
) -> Iterator[GraphHandle]:
    """Run ``release`` with its data in ``home``, and Java with these options; raises Unavailable or StartFailed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home / "conf").mkdir(parents=True)
    (home / "conf" / "neo4j.conf").write_text(CONF.format(port=port, page_cache=page_cache))
    log = home / "server.log"
    command = [
        *(release.java(), *release.java_options, *java),
        *("-cp", f"{release.jars()}/*", release.main_class),
        *(f"--home-dir={home}", f"--config-dir={home / 'conf'}", "--console-mode"),
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", RUN_AS_LONG_AS_THE_PARENT, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(server, log)
        uri, password = f"bolt://127.0.0.1:{port}", secrets.token_urlsafe(16)
        _set_password(uri, password)
        with GraphDatabase.driver(uri, auth=("neo4j", password)) as driver:
            yield GraphHandle(uri, "neo4j", password, DATABASE, driver)
    finally:
        server.kill()  # nothing of it is to be kept, and an orderly stop takes ten seconds
        server.wait()


@contextmanager
def given(settings: Mapping[str, str]) -> Iterator[GraphHandle]:
    """Use the server that NEO4J_URI names, if its graph is empty: the tests delete all that they find there."""
    uri, database = settings["NEO4J_URI"], settings.get("NEO4J_DATABASE", DATABASE)
    username, password = settings.get("NEO4J_USERNAME", "neo4j"), settings.get("NEO4J_PASSWORD", "")
    with GraphDatabase.driver(uri, auth=(username, password) if password else None) as driver:
        handle = GraphHandle(uri, username, password, database, driver)
        _refuse_data(driver, database)
        yield handle
        handle.wipe()


def _refuse_data(driver: Driver, database: str) -> None:
    found = driver.execute_query("MATCH (n) RETURN n LIMIT 1", database_=database).records
    if found:
        raise StartFailed(
            f"NEO4J_URI names a server whose database {database!r} is not empty, and the tests delete all they find: "
            "give them an empty one, or unset NEO4J_URI to have one started for them"
        )


def _wait(server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while "Started." not in (text := log.read_text("utf-8", "replace")):
        if server.poll() is not None or time.monotonic() > deadline:
            raise StartFailed(f"Neo4j did not start (exit {server.poll()}); its log ends:\n{text[-3000:]}")
        time.sleep(0.1)


def _set_password(uri: str, password: str) -> None:
    # Over Bolt, as Neo4j's own command for it takes as long as another start of the server.
    with GraphDatabase.driver(uri, auth=("neo4j", "neo4j")) as driver:
        driver.execute_query("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=password, database_="system")
