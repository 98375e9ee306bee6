"""What the system refuses: files that may not be read or written, a disk that is full. Nothing is lost."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bad_input import Case, in_a_process
from graph_handle import GraphHandle

BOUND = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")
    if os.geteuid() == 0
    else ()
)
"""Root may read and write everything, so that its command is started without that right."""

FULL = ("sh", "-c", 'ulimit -f 16; exec "$@"', "sh")
"""A file can't grow beyond 8 or 16 KiB: like a full disk, it fails in the middle of a line."""

MANY = "id,name\n" + "".join(f"{'x' if number % 2 else number},Stop {number}\n" for number in range(200))
"""200 rows, every other one wrong."""

UNREADABLE = [
    (Case("the-pipeline-file", "no-pipeline-file", ("permission denied",), "pipeline.yaml"), "pipeline.yaml"),
    (Case("the-models", "wrong-option", ("models.py", "PermissionError"), "pipeline.yaml:5:29"), "models.py"),
    (Case("the-input", "check-failed|wrong-input", ("stops.csv", "may not be read"), "pipeline.yaml:4:", 1),
     "stops.csv"),
    (Case("the-folder-of-the-input", "check-failed|wrong-input", ("feed/stops.csv", "may not be read"),
          "pipeline.yaml:4:", 1, replace=("stops.csv", "feed/stops.csv"), files={"feed/stops.csv": "id,name\n"}),
     "feed"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def server(embedded_graph: GraphHandle) -> GraphHandle:
    embedded_graph.wipe()
    return embedded_graph


def stops(server: GraphHandle) -> list[int]:
    """The ids of the rows that were loaded."""
    query = "MATCH (s:Stop) RETURN s.id ORDER BY s.id"
    return [record[0] for record in server.driver.execute_query(query, database_=server.database).records]


@pytest.mark.parametrize(("case", "closed"), UNREADABLE, ids=lambda value: getattr(value, "name", ""))
def test_what_may_not_be_read_is_named(case: Case, closed: str, tmp_path: Path, server: GraphHandle) -> None:
    case.write(tmp_path)
    (tmp_path / closed).chmod(0)
    in_a_process(case, server.settings, *BOUND).told(case, server.password)
    assert stops(server) == []
    (tmp_path / closed).chmod(0o700)


@pytest.mark.parametrize("embedded", [".", ".etl-host", ".etl-host/embedded"])
def test_an_embedded_graph_whose_folder_may_not_be_written_is_named(embedded: str, tmp_path: Path) -> None:
    case = Case("embedded", "no-connection", (".etl-host/embedded", "Permission denied"), exit_code=1,
                arguments=("run", "pipeline.yaml", "--embedded", "--quiet"))  # fmt: skip
    case.write(tmp_path)
    (tmp_path / embedded).mkdir(parents=True, exist_ok=True)
    (tmp_path / embedded).chmod(0o500)
    in_a_process(case, {}, *BOUND).told(case)
    (tmp_path / embedded).chmod(0o700)


@pytest.mark.parametrize("content", ["", None])
def test_rejects_that_cannot_be_written_stop_the_load(content: str | None, tmp_path: Path, server: GraphHandle) -> None:
    case = Case("rejects", "output-failed", ("set-aside/stops", "can't be written", "committed: 0 rows"), "stops: ", 1,
                files={"stops.csv": MANY, "set-aside": content},
                arguments=("run", "pipeline.yaml", "--quiet", "--rejects-dir", "set-aside"))  # fmt: skip
    case.write(tmp_path)
    if content is None:
        (tmp_path / "set-aside").mkdir(0o500)
    in_a_process(case, server.settings, *BOUND).told(case, server.password)
    assert stops(server) == []


@pytest.mark.parametrize("batch_size", [10, 1000])
def test_a_full_disk_loses_no_reject_and_the_same_command_goes_on(
    batch_size: int, tmp_path: Path, server: GraphHandle
) -> None:
    arguments = ("run", "pipeline.yaml", "--quiet", "--batch-size", str(batch_size), "--summary-json", "-")
    case = Case("full", "output-failed", ("rejects/stops.", ".jsonl can't be written", "file too large", "next: "),
                "stops: ", 1, files={"stops.csv": MANY}, arguments=arguments)  # fmt: skip
    case.write(tmp_path)
    full = in_a_process(case, server.settings, *FULL)
    full.told(case, server.password)
    committed = json.loads(full.stdout)["balance"]["read"]
    assert f"committed: {committed} rows" in full.stderr
    assert len(stops(server)) == committed / 2
    assert (committed > 0) == (batch_size == 10)
    done = in_a_process(case, server.settings)
    assert done.exit_code == 3, done.stderr
    assert stops(server) == list(range(0, 200, 2))
    [file] = json.loads(done.stdout)["rejects"]["files"]
    assert [json.loads(line)["row"]["name"] for line in Path(file).read_text().splitlines()] == [
        f"Stop {number}" for number in range(1, 200, 2)
    ]


def test_a_summary_that_cannot_be_written_changes_nothing_about_the_load(tmp_path: Path, server: GraphHandle) -> None:
    case = Case("summary", "", ("the summary can't be written to /dev/full",), exit_code=0,
                arguments=("run", "pipeline.yaml", "--quiet", "--summary-json", "/dev/full"))  # fmt: skip
    case.write(tmp_path)
    in_a_process(case, server.settings).told(case, server.password)
    assert stops(server) == [1, 2]
