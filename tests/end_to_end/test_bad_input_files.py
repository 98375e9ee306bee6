"""What is wrong with the input: exit code 1 or 3, and what was not loaded is named by file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bad_input import FILES, PIPELINE, Case, Outcome, example_of, in_a_process, in_process
from graph_handle import GraphHandle

CSV = "source: {csv: stops.csv}"
CHECKED = '    validators: [{pydantic: "models:Stop"}]\n'
MANY = "id,name\n" + "".join(f"{number},Stop {number}\n" for number in range(1, 41))

MISSING = [
    Case("missing-file", "check-failed", ("stops.csv", "no such file"), "pipeline.yaml:4:19", 1,
         files={"stops.csv": None}),
    Case("missing-folder", "check-failed", ("there is no", "feed"), "pipeline.yaml:4:19", 1,
         replace=("stops.csv", "feed/stops.csv")),
    Case("a-folder-for-a-file", "check-failed", ("folder",), "pipeline.yaml:4:19", 1,
         files={"stops.csv": None, "stops.csv/a.txt": ""}),
    Case("a-link-to-nothing", "check-failed", ("no such file",), "pipeline.yaml:4:19", 1,
         files={"stops.csv": Path("gone.csv")}),
    Case("a-device", "check-failed", ("no regular file",), "pipeline.yaml:4:19", 1,
         files={"stops.csv": Path("/dev/null")}),
    Case("a-pattern-that-fits-nothing", "check-failed", ("feed/*.csv",), "pipeline.yaml:4:19", 1,
         replace=("stops.csv", '"feed/*.csv"')),
    Case("missing-query-file", "wrong-input", ("stops.cypher", "no such file"), "pipeline.yaml:6:33", 1,
         replace=('query: "UNWIND $batch AS row CREATE (s:Stop) SET s = row"', "query_file: stops.cypher")),
    Case("no-zip-file", "check-failed", ("feed.zip",), "pipeline.yaml:4:19", 1,
         replace=("stops.csv", '"zip://stops.csv::feed.zip"')),
    Case("not-in-the-zip-file", "check-failed", ("feed.zip",), "pipeline.yaml:4:19", 1,
         replace=("stops.csv", '"zip://stops.csv::feed.zip"'), files={"feed.zip": b"PK\5\6" + bytes(18)}),
]  # fmt: skip

CONTENT = [
    Case("wrong-encoding", "check-failed|wrong-input", ("utf-8", "0xE9", "encoding"), "stops.csv:3", 1,
         files={"stops.csv": b"id,name\n1,Cairns\n2,Caf\xe9\n"}),
    Case("utf-16-without-its-mark", "check-failed|wrong-input", ("stops.csv",), exit_code=1,
         files={"stops.csv": "id,name\n1,x\n".encode("utf-16-le")}),
    Case("a-quote-that-is-never-closed", "check-failed|wrong-input", ("never closed",), "stops.csv:2", 1,
         files={"stops.csv": 'id,name\n1,"Cairns\n2,Palm Cove\n'}),
    Case("two-columns-of-one-name", "check-failed|wrong-input", ("name",), "stops.csv", 1,
         files={"stops.csv": "name,name\nCairns,Cairns\n"}),
    Case("a-workbook", "check-failed|wrong-input", ("stops.csv",), exit_code=1,
         files={"stops.csv": b"PK\3\4\x14\0\6\0" + bytes(range(256))}),
    Case("more-than-one-mistake-in-two-tasks", "check-failed", ("stops.csv", "trips.csv", "2 problems"), exit_code=1,
         files={"stops.csv": None, "pipeline.yaml": PIPELINE + PIPELINE[PIPELINE.index("  - task"):]
                .replace("task: stops", "task: trips").replace("stops.csv", "trips.csv")}),
]  # fmt: skip

QUERIES = [
    Case("cypher-syntax", "query-refused", ("server refuses it", "CRAETE"), "pipeline.yaml:6:28", 1,
         replace=("CREATE (s:Stop)", "CRAETE (s:Stop)")),
    Case("an-unknown-variable-in-cypher", "query-refused", ("server refuses it", "rwo"), "pipeline.yaml:6:28", 1,
         replace=("SET s = row", "SET s = rwo")),
    Case("a-query-without-rows", "query-refused", ("$batch", "UNWIND"), "pipeline.yaml:6:28",
         replace=("UNWIND $batch AS row CREATE (s:Stop) SET s = row", "CREATE (s:Stop)")),
    Case("a-query-that-only-reads", "query-refused", ("only reads",), "pipeline.yaml:6:28",
         replace=("CREATE (s:Stop) SET s = row", "RETURN row")),
    Case("a-query-that-commits-by-itself", "query-refused", ("commits by itself",), "pipeline.yaml:6:28",
         replace=("CREATE (s:Stop) SET s = row", "CALL { WITH row CREATE (s:Stop) } IN TRANSACTIONS")),
]  # fmt: skip

CASES = [*MISSING, *CONTENT, *QUERIES]


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedded_graph: GraphHandle) -> None:
    monkeypatch.chdir(tmp_path)
    embedded_graph.wipe()


def call(case: Case, folder: Path, server: GraphHandle) -> Outcome:
    case.write(folder)
    return in_process(case, server.settings)


def stops(server: GraphHandle) -> int:
    return int(server.driver.execute_query("MATCH (s:Stop) RETURN count(s)", database_=server.database).records[0][0])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_input_or_query_that_is_wrong_stops_the_load(
    case: Case, tmp_path: Path, embedded_graph: GraphHandle
) -> None:
    outcome = call(case, tmp_path, embedded_graph)
    outcome.told(case, embedded_graph.password)
    committed = re.search(r"^  committed: (\d+) rows?$", outcome.stderr, re.MULTILINE)
    assert stops(embedded_graph) == (int(committed[1]) if committed else 0)


@pytest.mark.parametrize(
    ("code", "case"), [("check-failed", MISSING[0]), ("wrong-input", CONTENT[0]), ("query-refused", QUERIES[2])]
)
def test_what_explain_shows_as_an_example_is_what_is_told(
    code: str, case: Case, tmp_path: Path, embedded_graph: GraphHandle
) -> None:
    told = call(case, tmp_path, embedded_graph).stderr
    assert example_of(code) in told.replace(str(tmp_path), "/home/anna/gtfs")


@pytest.mark.parametrize("case", [MISSING[0], CONTENT[0], QUERIES[0]], ids=lambda case: case.name)
def test_a_process_tells_the_same(case: Case, tmp_path: Path, embedded_graph: GraphHandle) -> None:
    case.write(tmp_path)
    in_a_process(case, embedded_graph.settings).told(case, embedded_graph.password)


@pytest.mark.parametrize("content", ["", "id,name\n", "id,name"])
def test_a_file_without_rows_is_loaded_and_its_counts_are_0(
    content: str, tmp_path: Path, embedded_graph: GraphHandle
) -> None:
    case = Case("no-rows", "", (), exit_code=0, files={"stops.csv": content},
                arguments=("run", "pipeline.yaml", "--quiet", "--summary-json", "-"))  # fmt: skip
    outcome = call(case, tmp_path, embedded_graph)
    outcome.told(case)
    assert '"csv_lines_read": 0' in outcome.stdout
    assert outcome.stderr == ""


REJECTED = [
    Case("a-row-that-is-wrong", "", ("stops.csv:3", "id", "1 row rejected", "rejects"), exit_code=3,
         files={"stops.csv": "id,name\n1,Cairns\ntwo,Palm Cove\n"}, arguments=("run", "pipeline.yaml")),
    Case("a-row-too-short", "", ("stops.csv:3", "1 row rejected"), exit_code=3,
         files={"stops.csv": "id,name\n1,Cairns\n2\n"}, arguments=("run", "pipeline.yaml")),
    Case("a-row-too-long", "", ("stops.csv:3", "1 row rejected"), exit_code=3,
         files={"stops.csv": "id,name\n1,Cairns\n2,Palm Cove,3\n"}, arguments=("run", "pipeline.yaml")),
]  # fmt: skip


@pytest.mark.parametrize("case", REJECTED, ids=lambda case: case.name)
def test_a_bad_row_is_set_aside_and_the_others_are_loaded(
    case: Case, tmp_path: Path, embedded_graph: GraphHandle
) -> None:
    call(case, tmp_path, embedded_graph).told(case)
    assert stops(embedded_graph) == 1
    [rejects] = (tmp_path / "rejects").iterdir()
    assert '"stops.csv:3"' in rejects.read_text()


def test_rows_that_are_all_wrong_stop_the_load(tmp_path: Path, embedded_graph: GraphHandle) -> None:
    case = Case("all-wrong", "all-rejected", ("40 rows", "rejected"), "stops: ", 1,
                files={"stops.csv": MANY.replace("id,name", "name,id")})  # fmt: skip
    call(case, tmp_path, embedded_graph).told(case)
    assert stops(embedded_graph) == 0
    [rejects] = (tmp_path / "rejects").iterdir()
    assert len(rejects.read_text().splitlines()) == 40


def test_what_was_wrong_can_be_mended_and_the_same_command_goes_on(tmp_path: Path, embedded_graph: GraphHandle) -> None:
    case = Case("undecodable", "wrong-input", ("stops.csv:42", "committed: 40 rows"), exit_code=1,
                files={"stops.csv": MANY.encode() + b"41,Caf\xe9\n"},
                arguments=("run", "pipeline.yaml", "--quiet", "--batch-size", "10"))  # fmt: skip
    call(case, tmp_path, embedded_graph).told(case)
    assert stops(embedded_graph) == 40
    (tmp_path / "stops.csv").write_text(MANY + "41,Café\n")
    outcome = in_process(Case("mended", "", (), exit_code=0), embedded_graph.settings)
    assert (outcome.exit_code, stops(embedded_graph)) == (0, 41), outcome.stderr
    assert FILES["models.py"] == (tmp_path / "models.py").read_text()
