"""A database that can't be reached, or lets nobody in: nothing is loaded, and no password is shown."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bad_input import SECRET, Case, example_of, in_a_process, in_process
from etl_host_arcadedb.lock import FolderLock
from graph_handle import GraphHandle

EMBEDDED = ("run", "pipeline.yaml", "--quiet", "--embedded")
NOT_GIVEN = {"NEO4J_URI": None, "NEO4J_USERNAME": None, "NEO4J_PASSWORD": None, "NEO4J_DATABASE": None}

UNREACHABLE = [
    Case("nothing-given", "no-connection-given", ("NEO4J_URI", "--embedded"), settings=NOT_GIVEN),
    Case("an-empty-address", "no-connection-given", ("NEO4J_URI",), settings={**NOT_GIVEN, "NEO4J_URI": ""}),
    Case("nobody-listens", "no-connection", ("127.0.0.1:1", "refused"), exit_code=1,
         settings={"NEO4J_URI": "bolt://127.0.0.1:1"}),
    Case("no-such-host", "no-connection", ("no-such-host.invalid",), exit_code=1,
         settings={"NEO4J_URI": "bolt://no-such-host.invalid"}),
    Case("no-scheme", "no-connection", ("localhost:7687",), exit_code=1, settings={"NEO4J_URI": "localhost:7687"}),
    Case("an-unknown-scheme", "no-connection", ("neo://localhost",), exit_code=1,
         settings={"NEO4J_URI": "neo://localhost"}),
    Case("a-password-in-the-address", "no-connection", ("127.0.0.1:1",), exit_code=1,
         settings={"NEO4J_URI": f"bolt://neo4j:{SECRET}@127.0.0.1:1"}),
    Case("a-word-for-a-port", "no-connection", ("127.0.0.1:many",), exit_code=1, settings={"NEO4J_URI": "bolt://127.0.0.1:many"}),
    Case("a-connection-of-the-file", "no-connection", ("127.0.0.1:1",), exit_code=1,
         replace=("tasks:", f'connections: {{neo4j: {{uri: "bolt://127.0.0.1:1", password: {SECRET}}}}}\ntasks:')),
]  # fmt: skip

REFUSED = [
    Case("wrong-password", "no-connection", ("password", "NEO4J_PASSWORD"), exit_code=1,
         settings={"NEO4J_PASSWORD": SECRET}),
    Case("no-password", "no-connection", ("authentication",), exit_code=1, settings={"NEO4J_PASSWORD": None}),
    Case("wrong-user", "no-connection", ("user",), exit_code=1, settings={"NEO4J_USERNAME": "nobody"}),
    Case("wrong-database", "no-connection", ("nothere", "database"), exit_code=1,
         settings={"NEO4J_DATABASE": "nothere"}),
    Case("encryption-that-the-server-has-not", "no-connection", ("bolt+s://",), exit_code=1),
    Case("a-user-without-rights", "no-connection", ("password",), exit_code=1,
         settings={"NEO4J_USERNAME": "newcomer", "NEO4J_PASSWORD": SECRET}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("case", UNREACHABLE, ids=lambda case: case.name)
def test_a_database_that_is_not_there_is_named(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    in_process(case, {"NEO4J_URI": "bolt://127.0.0.1:1", "NEO4J_PASSWORD": "never-used"}).told(case, "never-used")
    assert not (tmp_path / ".etl-host").exists()


@pytest.mark.parametrize("case", [UNREACHABLE[0], UNREACHABLE[2]], ids=lambda case: case.code)
def test_what_explain_shows_as_an_example_is_what_is_told(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    assert example_of(case.code) in in_process(case, {}).stderr


def test_a_process_tells_the_same(tmp_path: Path) -> None:
    case = UNREACHABLE[2]
    case.write(tmp_path)
    in_a_process(case, {"NEO4J_PASSWORD": "never-used"}).told(case, "never-used")


@pytest.fixture
def newcomer(neo4j_server: GraphHandle) -> Iterator[None]:
    """A user who may do nothing before the password is changed."""
    driver = neo4j_server.driver
    driver.execute_query(f"CREATE USER newcomer SET PASSWORD '{SECRET}' CHANGE REQUIRED", database_="system")
    yield
    driver.execute_query("DROP USER newcomer", database_="system")


@pytest.mark.usefixtures("newcomer")
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_server_that_refuses_is_quoted_without_the_password(
    case: Case, tmp_path: Path, neo4j_server: GraphHandle
) -> None:
    settings = {**neo4j_server.settings}
    if case.name == "encryption-that-the-server-has-not":
        settings["NEO4J_URI"] = settings["NEO4J_URI"].replace("bolt:", "bolt+s:")
    case.write(tmp_path)
    in_process(case, settings).told(case, neo4j_server.password)


@pytest.fixture
def web_server() -> Iterator[str]:
    """Something else that listens where a Neo4j is expected."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1024)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"bolt://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_server_that_is_no_neo4j_is_named(web_server: str, tmp_path: Path) -> None:
    case = Case("http", "no-connection", (web_server.partition("//")[2],), exit_code=1)
    case.write(tmp_path)
    in_process(case, {"NEO4J_URI": web_server, "NEO4J_PASSWORD": SECRET}).told(case)


def test_an_embedded_graph_that_another_process_has_is_left_alone(tmp_path: Path) -> None:
    case = Case("in-use", "locked", (".etl-host/embedded", "another process"), exit_code=6, arguments=EMBEDDED)
    case.write(tmp_path)
    folder = tmp_path / ".etl-host" / "embedded"
    folder.mkdir(parents=True)
    lock = FolderLock(folder)
    try:
        in_a_process(case, {}).told(case)
    finally:
        lock.release()


def test_an_embedded_graph_that_cannot_be_written_names_its_folder(tmp_path: Path) -> None:
    case = Case("a-file", "no-connection", (".etl-host",), exit_code=1, arguments=EMBEDDED, files={".etl-host": ""})
    case.write(tmp_path)
    in_process(case, {}).told(case)
