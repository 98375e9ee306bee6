"""The server of an embedded graph: real child processes, killed for real."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from etl_host import ConnectionFailed, Locked
from etl_host_arcadedb.server import EmbeddedServer

LISTENING = "0A"
THIS_MACHINE = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A running server that no test stops."""
    with EmbeddedServer(tmp_path_factory.mktemp("shared") / "graph") as server:
        yield server


@pytest.fixture(scope="module")
def used_elsewhere(tmp_path_factory: pytest.TempPathFactory, holder: Callable[..., Any]) -> tuple[Path, int]:
    """A folder, and the process that uses it."""
    folder = tmp_path_factory.mktemp("used") / "graph"
    process = holder(folder)
    assert process.stdout.readline() == "ready\n"
    return folder, process.pid


def test_the_password_is_for_the_owner_only(server: EmbeddedServer) -> None:
    kept = server.folder / "password"
    assert kept.read_text() == server.password
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert (server.folder / ".gitignore").read_text() == "*\n"


def test_the_password_is_in_no_list_of_processes(server: EmbeddedServer) -> None:
    seen = b""
    for pid in [name.name for name in Path("/proc").iterdir() if name.name.isdigit()]:
        for what in ("cmdline", "environ"):
            try:
                seen += Path("/proc", pid, what).read_bytes()
            except OSError:  # ended meanwhile
                continue
    assert b"etl_host_arcadedb/child.py" in seen
    assert server.password.encode() not in seen


def test_it_listens_on_this_machine_only(server: EmbeddedServer, servers_in: Callable[[Path], list[int]]) -> None:
    [child] = servers_in(server.folder)
    sockets = {os.readlink(link) for link in Path(f"/proc/{child}/fd").iterdir() if link.is_symlink()}
    lines = [
        line.split() for table in ("tcp", "tcp6") for line in Path("/proc/net", table).read_text().splitlines()[1:]
    ]
    listening = [line[1].split(":") for line in lines if line[3] == LISTENING and f"socket:[{line[9]}]" in sockets]
    assert int(server.uri.rpartition(":")[2]) in {int(port, 16) for _, port in listening}
    assert {address for address, _ in listening} <= THIS_MACHINE


def test_signals_are_its_parents_to_answer(
    server: EmbeddedServer, servers_in: Callable[[Path], list[int]], ask: Callable[..., list[Any]]
) -> None:
    [child] = servers_in(server.folder)
    os.kill(child, signal.SIGTERM)
    os.kill(child, signal.SIGINT)
    assert ask(server, "RETURN 1") == [1]


def test_a_second_connection_of_the_same_process_is_refused(server: EmbeddedServer) -> None:
    with pytest.raises(Locked, match="another connection of this process"):
        EmbeddedServer(server.folder).start()


def test_data_are_kept_between_runs_even_if_the_password_is_lost(tmp_path: Path, ask: Callable[..., list[Any]]) -> None:
    with EmbeddedServer(tmp_path) as server:
        ask(server, "CREATE (:Row {id: 1})")
    (tmp_path / "password").unlink()
    with EmbeddedServer(tmp_path) as server:
        assert ask(server, "MATCH (n:Row) RETURN n.id") == [1]


def test_a_second_process_is_told_who_holds_the_folder(used_elsewhere: tuple[Path, int]) -> None:
    folder, pid = used_elsewhere
    with pytest.raises(Locked, match=rf"{folder} is in use by another process \(pid {pid}\)") as told:
        EmbeddedServer(folder).start()
    assert told.value.exit_code == 6


def test_the_servers_own_lock_is_respected_where_ours_is_gone(used_elsewhere: tuple[Path, int]) -> None:
    folder, _ = used_elsewhere
    (folder / "lock").unlink()
    with pytest.raises(Locked, match=f"{folder} is in use by another process"):
        EmbeddedServer(folder).start()


def test_after_kill_9_the_next_process_finds_what_was_committed_and_nothing_else(
    tmp_path: Path,
    holder: Callable[..., Any],
    ask: Callable[..., list[Any]],
    servers_in: Callable[[Path], list[int]],
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    first = holder(tmp_path)
    assert first.stdout.readline() == "ready\n"
    [child] = servers_in(tmp_path)
    first.kill()
    with EmbeddedServer(tmp_path) as server:
        eventually(lambda: not Path(f"/proc/{child}").exists())  # it lets go of the folder a moment before
        assert ask(server, "MATCH (n:Row) RETURN n.kept") == [True]


def test_kill_9_during_the_start_leaves_no_server_behind(
    tmp_path: Path,
    holder: Callable[..., Any],
    servers_in: Callable[[Path], list[int]],
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    first = holder(tmp_path)
    eventually(lambda: servers_in(tmp_path))
    [child] = servers_in(tmp_path)
    first.kill()
    eventually(lambda: not Path(f"/proc/{child}").exists())


def test_a_server_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailed, match=r"(?s)did not start \(exit 1\); its log ends:.*heap") as told:
        EmbeddedServer(tmp_path, heap="900000g").start()
    assert str(tmp_path / "server.log") in str(told.value.remedy)
    with pytest.raises(ConnectionFailed):  # and not Locked: the folder is free again
        EmbeddedServer(tmp_path, heap="900000g").start()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConnectionFailed, match=f"the folder {tmp_path}/file/graph: Not a directory"):
        EmbeddedServer(tmp_path / "file" / "graph").start()
