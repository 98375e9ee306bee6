from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from etl_host import Pipeline
from etl_host.cli import main
from etl_host.registry.lookup import Registry
from graph_handle import GraphHandle
from plugin_folder import PluginFolder
from schema_check import misfits

WRITTEN = {"pipeline.yaml", "models.py", ".gitignore", "etl-host.schema.json"}

JSON_SOURCE = """
import json
from datetime import date
from etl_host import FileLocation, InputError, Source

class JsonRows(Source):
    '''The rows of a JSON file, in which days are written with slashes.'''

    def __init__(self, file: FileLocation, context, task, *, key: str = "rows"):
        super().__init__(context, task)
        self.file, self.key = file, key

    @classmethod
    def recognise(cls, file):
        with file.open() as stream:
            if not (start := stream.read(100)).startswith(b"{"):
                return None
        if b'"broken"' in start:
            raise InputError(f"{file}: it says that it is broken")
        return {"key": start.decode().split('"')[1]}

    def read(self, max_batch_size, after):
        with self.file.open() as stream:
            rows = json.load(stream)[self.key]
        for row in rows:
            row["day"] = date(*map(int, row["day"].split("/")))
        yield from self.cut(rows, max_batch_size, after)
"""
PLUGIN = """
from etl_host import ProcessorSpec, hookimpl

@hookimpl
def etl_host_sources():
    return [ProcessorSpec("jsonrows", "etl_host_jsonrows.source:JsonRows", "Rows of JSON.")]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def json_source(folder: PluginFolder) -> None:
    folder.plugin("jsonrows", PLUGIN)
    folder.module("etl_host_jsonrows.source", JSON_SOURCE)


def init(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["init", *map(str, arguments)])


def begun(*arguments: object) -> Result:
    done = init(*arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    return done


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def load(folder: Path, graph: GraphHandle) -> Mapping[str, Any]:
    """Run the pipeline as it was written."""
    graph.wipe()
    summary = Pipeline.from_file(folder / "pipeline.yaml", settings=graph.settings, quiet=True).run()
    return summary.as_dict()


def nodes(graph: GraphHandle, label: str) -> list[dict[str, Any]]:
    query = f"MATCH (n:`{label}`) RETURN properties(n) AS p"
    return [dict(record["p"]) for record in graph.driver.execute_query(query, database_=graph.database).records]


def test_the_first_pipeline_shows_a_reject(here: Path, embedded_graph: GraphHandle) -> None:
    done = begun()
    assert names_in(here) == {*WRITTEN, "people.csv"}
    assert done.stdout.splitlines()[-1] == "next   etl-host run pipeline.yaml --embedded"
    summary = load(here, embedded_graph)
    assert (summary["exit_code"], summary["rejects"]["rows"]) == (3, 1)
    assert {node["name"] for node in nodes(embedded_graph, "Person")} == {"Ada Lovelace", "Grace Hopper"}


def test_what_the_first_pipeline_has_as_comments_works_once_they_are_none(
    here: Path, embedded_graph: GraphHandle
) -> None:
    begun()
    lines = (here / "pipeline.yaml").read_text().splitlines()
    options = [line for line in lines[2:] if line.lstrip().startswith("# ") and ("encoding" not in line)]
    assert len(options) > 5
    (here / "pipeline.yaml").write_text(
        "\n".join(line.replace("# ", "", 1) if line in options else line for line in lines)
    )
    loaded = yaml.safe_load((here / "pipeline.yaml").read_text())
    assert {"parameters", "connections", "batch_size"} <= loaded.keys()
    assert not misfits(here / "pipeline.yaml", Registry({}))


def test_a_new_folder_is_made(here: Path) -> None:
    done = begun("a new/folder")
    assert names_in(here / "a new" / "folder") == {*WRITTEN, "people.csv"}
    assert "etl-host run 'a new/folder/pipeline.yaml' --embedded" in done.stdout


@pytest.mark.parametrize("name", ["pipeline.yaml", "models.py", "people.csv"])
def test_nothing_is_written_where_a_file_is_there_already(name: str, here: Path) -> None:
    (here / name).write_text("mine")
    done = init()
    assert done.exit_code == 2
    assert f"{name} is there already; nothing was written [would-overwrite]" in done.stderr
    assert names_in(here) == {name}
    assert (here / name).read_text() == "mine"


def test_a_link_that_leads_nowhere_is_there_already(here: Path) -> None:
    (here / "models.py").symlink_to("nowhere")
    assert init().exit_code == 2
    assert names_in(here) == {"models.py"}


@pytest.mark.parametrize("name", [".gitignore", "etl-host.schema.json"])
def test_what_may_stay_is_left_as_it_is(name: str, here: Path) -> None:
    (here / name).write_text("mine")
    done = begun()
    assert name not in done.stdout
    assert (here / name).read_text() == "mine"


def test_a_failure_half_way_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.open

    def full(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == "pipeline.yaml" and self.parent.name == "new":
            raise OSError(28, "No space left on device", str(self))
        return whole(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", full)
    done = init("new")
    assert done.exit_code == 1
    assert "pipeline.yaml can't be written: No space left on device; nothing was [output-failed]" in done.stderr
    assert names_in(here / "new") == set()


def test_a_file_in_the_place_of_the_folder_is_refused(here: Path) -> None:
    (here / "taken").touch()
    done = init("taken")
    assert done.exit_code == 1
    assert "taken can't be written" in done.stderr


def test_the_schema_is_written_beside_and_the_pipeline_fits_it(here: Path) -> None:
    begun()
    schema = json.loads((here / "etl-host.schema.json").read_text())
    assert "source.csv" in schema["$defs"]
    assert (here / "pipeline.yaml").read_text().startswith("# yaml-language-server: $schema=etl-host.schema.json\n")
    assert not misfits(here / "pipeline.yaml", Registry({}))


def test_what_a_run_leaves_behind_is_ignored(here: Path) -> None:
    begun()
    assert {".etl-host/", "rejects/"} <= set((here / ".gitignore").read_text().split())


def test_one_of_the_users_own_files_is_loaded_as_it_is(here: Path, embedded_graph: GraphHandle) -> None:
    (here / "stops.csv").write_text("stop_id,name,lat,zone\n1,Abbott St,-16.9,\n2,Lake St,-17,7\n")
    done = begun("--from", "stops.csv")
    assert "found  stops.csv: 2 rows, 4 columns, key guessed: stop_id" in done.stdout
    text = (here / "pipeline.yaml").read_text()
    assert "MERGE (n:Stop {stop_id: row.stop_id})  // guessed: the key" in text
    assert "source: {csv: stops.csv}" in text
    assert load(here, embedded_graph)["exit_code"] == 0
    assert sorted(nodes(embedded_graph, "Stop"), key=lambda node: node["stop_id"]) == [
        {"stop_id": 1, "name": "Abbott St", "lat": -16.9},
        {"stop_id": 2, "name": "Lake St", "lat": -17.0, "zone": 7},
    ]
    assert load(here, embedded_graph)["exit_code"] == 0


def test_several_files_are_related(here: Path, embedded_graph: GraphHandle) -> None:
    (here / "calls.csv").write_text("trip_id,seq,stop_id\nA,1,10\nA,2,20\nB,1,99\nB,2,\n")
    (here / "stops.csv").write_text("stop_id,name,parent_stop_id\n20,Lake St,\n10,Abbott St,20\n")
    (here / "trips.csv").write_text("trip_id,line\nA,1\nB,1\n")
    begun("--from", "calls.csv", "--from", "stops.csv", "--from", "trips.csv")
    assert load(here, embedded_graph)["balance"]["rejected"] == 0
    query = "MATCH (a)-[r]->(b) RETURN labels(a)[0] AS a, type(r) AS r, labels(b)[0] AS b, count(*) AS n"
    found = embedded_graph.driver.execute_query(query, database_=embedded_graph.database).records
    assert {tuple(record.values()) for record in found} == {
        ("Call", "TRIP", "Trip", 4),
        ("Call", "STOP", "Stop", 2),
        ("Stop", "PARENT_STOP", "Stop", 1),
    }


def test_files_that_refer_to_each_other_are_related_once_all_are_there(here: Path, embedded_graph: GraphHandle) -> None:
    (here / "teams.csv").write_text("team_id,captain_player_id\n1,7\n2,8\n")
    (here / "players.csv").write_text("player_id,team_id\n7,1\n8,2\n9,2\n")
    begun("--from", "teams.csv", "--from", "players.csv")
    assert load(here, embedded_graph)["statistics"]["relationships_created"] == 5


def test_rows_that_nothing_tells_apart_are_created(here: Path, embedded_graph: GraphHandle) -> None:
    (here / "votes.csv").write_text("answer\nyes\nyes\nno\n")
    done = begun("--from", "votes.csv")
    assert "no key: no columns tell the rows apart" in done.stdout
    assert load(here, embedded_graph)["exit_code"] == 0
    assert len(nodes(embedded_graph, "Vote")) == 3


STRANGE: dict[str, tuple[str, bytes, list[dict[str, Any]]]] = {
    "semicolons and cp1252": (
        "straßen.csv",
        "nr;Straße Nr.;Länge\n1;Königsallee;1,5\n".encode("cp1252"),
        [{"nr": 1, "straße_nr": "Königsallee", "Länge": "1,5"}],
    ),
    "utf-16": ("rows.csv", "id\tname\n1\tÄrger\n".encode("utf-16"), [{"id": 1, "name": "Ärger"}]),
    "doubled names": ("rows.csv", b"id,name,name\n1,a,b\n", [{"id": 1, "name": "a", "name_2": "b"}]),
    "no header": ("rows.csv", b"Cairns,1.5\nMossman,2.5\n", [
        {"column_1": "Cairns", "column_2": 1.5}, {"column_1": "Mossman", "column_2": 2.5},
    ]),
    "names that are none in Python": (
        "rows.csv",
        b"class,1st,%,_id,json,model_name,n'a\"m`e,${x},int,order\nx,2,3,4,5,6,7,8,9,10\n",
        [{"class_": "x", "column_1st": 2, "column_3": 3, "id": 4, "json_": 5, "model_name": 6, "n_a_m_e": 7, "x": 8,
          "int_": 9, "order": 10}],
    ),
    "leading zeros and large numbers": (
        "rows.csv",
        b"id,phone,large,largest\n007,+4930,123456789012345678901,9223372036854775807\n",
        [{"id": "007", "phone": "+4930", "large": "123456789012345678901", "largest": 2**63 - 1}],
    ),
    "booleans, an empty column": (
        "rows.csv", b"id,open,flag,none\n1,true,0,\n2,0,1,\n", [{"id": 1, "open": True, "flag": 0},
                                                             {"id": 2, "open": False, "flag": 1}],
    ),
    "quotes": ("rows.csv", b'id,text\n1,"a ""b"", c\nd"\n', [{"id": 1, "text": 'a "b", c\nd'}]),
    "the header alone": ("rows.csv", b"id,name\n", []),
    "a name that is a word of Cypher": ("match.csv", b"id,where\n1,x\n", [{"id": 1, "where": "x"}]),
    "a name with all that may go wrong": ("it's #1 ${home} `x` [a] ü.csv", b"id,name\n1,x\n", [{"id": 1, "name": "x"}]),
    "a name that is a number": ("2024.csv", b"id,name\n1,x\n", [{"id": 1, "name": "x"}]),
    "a name that is a task's": ("constraints.csv", b"id,name\n1,x\n", [{"id": 1, "name": "x"}]),
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_every_row_of_a_strange_file_loads(name: str, here: Path, embedded_graph: GraphHandle) -> None:
    file, content, expected = STRANGE[name]
    (here / file).write_bytes(content)
    begun("--from", file)
    summary = load(here, embedded_graph)
    assert (summary["exit_code"], summary["rejects"]["rows"]) == (0, 0)
    query = "MATCH (n) WHERE none(l IN labels(n) WHERE l STARTS WITH 'EtlHost') RETURN properties(n) AS p"
    found = embedded_graph.driver.execute_query(query, database_=embedded_graph.database).records
    assert sorted((dict(record["p"]) for record in found), key=str) == expected


def test_days_and_moments_become_values_of_the_graph(here: Path, embedded_graph: GraphHandle) -> None:
    (here / "events.csv").write_text("id,day,at\n1,2024-02-29,2024-02-29T12:30:00Z\n")
    begun("--from", "events.csv")
    assert load(here, embedded_graph)["exit_code"] == 0
    query = "MATCH (n:Event) RETURN n.day.month AS month, n.at.hour AS hour"
    [record] = embedded_graph.driver.execute_query(query, database_=embedded_graph.database).records
    assert (record["month"], record["hour"]) == (2, 12)


@pytest.mark.parametrize(
    "tool",
    ["ruff check --isolated", "ruff format --isolated --check", f"mypy --strict --cache-dir {os.devnull}"],
    ids=["ruff check", "ruff format", "mypy"],
)
def test_what_is_written_is_clean(tool: str, here: Path) -> None:
    for number, (file, content, _) in enumerate(STRANGE.values()):
        (here / str(number)).mkdir()
        (here / str(number) / file).write_bytes(content)
    (here / "long.csv").write_text(f"id,{'a long name ' * 3},day\n1,,2024-02-29\n")
    begun(*(part for file in [*here.glob("*/*.csv"), here / "long.csv"] for part in ("--from", file)))
    command = [sys.executable, "-m", *tool.split(), "models.py"]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not misfits(here / "pipeline.yaml", Registry({}))
    Pipeline.from_file(here / "pipeline.yaml", settings={})


def test_the_same_file_twice_is_one(here: Path) -> None:
    (here / "stops.csv").write_text("id\n1\n")
    begun("--from", "stops.csv", "--from", "stops.csv")
    assert (here / "pipeline.yaml").read_text().count("source:") == 1


def test_files_of_one_name_become_two_tasks(here: Path, embedded_graph: GraphHandle) -> None:
    for place in ("north", "south"):
        (here / place).mkdir()
        (here / place / "stops.csv").write_text(f"id,name\n1,{place}\n")
    begun("--from", "north/stops.csv", "--from", "south/stops.csv")
    assert load(here, embedded_graph)["exit_code"] == 0
    assert nodes(embedded_graph, "Stop") == [{"id": 1, "name": "north"}]
    assert nodes(embedded_graph, "Stop2") == [{"id": 1, "name": "south"}]


def test_files_are_named_as_seen_from_the_pipeline(here: Path, tmp_path: Path) -> None:
    for file in (here / "data.csv", tmp_path / "far.csv"):
        file.write_text("id\n1\n")
    begun("deep/er", "--from", "data.csv", "--from", "../far.csv")
    text = (here / "deep" / "er" / "pipeline.yaml").read_text()
    assert '"../../data.csv"' in text
    assert f'"{tmp_path}/far.csv"' in text
    Pipeline.from_file(here / "deep" / "er" / "pipeline.yaml", settings={})


def test_a_file_in_an_archive_is_looked_at(here: Path, embedded_graph: GraphHandle) -> None:
    feed = Path(__file__).parents[2] / "examples" / "gtfs" / "cairns_gtfs.zip"
    begun("--from", f"zip://routes.txt::{feed}")
    assert load(here, embedded_graph)["balance"]["written"] == 22 + 1


def test_rows_that_can_not_be_read_are_told(here: Path, embedded_graph: GraphHandle) -> None:
    (here / "stops.csv").write_text("id,name\n1,a\n2\n3,c\n")
    assert "2 rows, 2 columns, key guessed: id; 1 more can't be read as rows" in begun("--from", "stops.csv").stdout
    assert names_in(here) == {*WRITTEN, "stops.csv"}
    assert load(here, embedded_graph)["exit_code"] == 3


def test_a_url_with_a_password_is_not_written_down(here: Path) -> None:
    done = init("--from", "ftp://me:swordfish@example.com/stops.csv")
    assert (done.exit_code, names_in(here)) == (2, set())
    assert "swordfish" not in done.stderr


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"", 1, "it is empty [wrong-input]"),
        (
            b"\x00\x01\x02\xff" * 200,
            2,
            "no source that is installed knows what it is; there are: csv, jsonl [unknown-input]",
        ),
        (b"%PDF-1.7\n%\xe2\xe3\n", 1, "PDF"),
        (b'id,name\n1,"open\n', 1, "rows.csv:2: the quoted cell that begins here is never closed"),
        (None, 1, "rows.csv: there is no such file"),
    ],
)
def test_what_can_not_be_used_is_refused(content: bytes | None, code: int, message: str, here: Path) -> None:
    if content is not None:
        (here / "rows.csv").write_bytes(content)
    done = init("--from", "rows.csv")
    assert done.exit_code == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert names_in(here) <= {"rows.csv"}


def test_a_folder_is_refused(here: Path) -> None:
    (here / "data").mkdir()
    done = init("--from", "data")
    assert (done.exit_code, names_in(here)) == (1, {"data"})


def test_without_a_plugin_that_knows_the_file_the_error_says_what_to_install(here: Path) -> None:
    (here / "stops.csv").write_text("id\n1\n")
    done = init("--from", "stops.csv", "--disable-plugin", "csv", "--disable-plugin", "json")
    assert done.exit_code == 2
    assert "stops.csv: no source that is installed knows what it is; there are: none [unknown-input]" in done.stderr
    assert 'pip install "etl-host[standard]"' in done.stderr


@pytest.mark.usefixtures("json_source")
def test_a_plugin_of_someone_else_takes_part(here: Path, embedded_graph: GraphHandle) -> None:
    (here / "events.json").write_text('{"events": [{"id": 1, "day": "2024/2/29"}, {"id": 2, "day": "2024/3/1"}]}')
    begun("--from", "events.json")
    assert "source: {jsonrows: {file: events.json, key: events}}" in (here / "pipeline.yaml").read_text()
    assert "day: datetime.date" in (here / "models.py").read_text()
    assert load(here, embedded_graph)["exit_code"] == 0
    assert {node["day"].day for node in nodes(embedded_graph, "Event")} == {29, 1}


@pytest.mark.usefixtures("json_source")
def test_why_a_source_can_not_read_a_file_is_said_where_none_can(here: Path) -> None:
    (here / "rows.dat").write_text('{"broken": []}')
    done = init("--from", "rows.dat")
    assert done.exit_code == 1
    assert "rows.dat: no source can read it [wrong-input]\n  csv: it is a JSON file, not CSV\n" in done.stderr
    assert "  jsonrows: it says that it is broken\n" in done.stderr


def test_a_file_that_two_sources_know_is_left_to_the_user(here: Path, folder: PluginFolder) -> None:
    folder.plugin("jsonrows", PLUGIN)
    folder.module("etl_host_jsonrows.source", JSON_SOURCE.replace('startswith(b"{")', 'startswith(b"id")'))
    (here / "stops.csv").write_text('id,"name"\n1,a\n')
    done = init("--from", "stops.csv")
    assert done.exit_code == 2
    assert "stops.csv: several sources know it, csv and jsonrows [unknown-input]" in done.stderr
    assert "--disable-plugin NAME" in done.stderr
    begun("--from", "stops.csv", "--disable-plugin", "jsonrows")


def test_a_source_that_fails_to_look_is_no_reason_to_stop(here: Path, folder: PluginFolder) -> None:
    folder.plugin("jsonrows", PLUGIN)
    folder.module("etl_host_jsonrows.source", JSON_SOURCE.replace("with file.open() as stream:", "1 / 0", 1))
    (here / "stops.csv").write_text("id\n1\n")
    begun("--from", "stops.csv")


def test_an_example_is_written_from_the_package(here: Path) -> None:
    done = begun("demo", "--example", "gtfs")
    assert names_in(here / "demo") == {*WRITTEN, "README.md", "cairns_gtfs.zip"}
    assert "next   etl-host run demo/pipeline.yaml --embedded" in done.stdout
    pipeline = here / "demo" / "pipeline.yaml"
    assert pipeline.read_text().startswith("# yaml-language-server: $schema=etl-host.schema.json\n")
    assert not misfits(pipeline, Registry({}))
    Pipeline.from_file(pipeline, settings={})


def test_an_unknown_example_lists_those_that_there_are(here: Path) -> None:
    done = init("--example", "gfts")
    assert done.exit_code == 2
    assert 'did you mean "gtfs"' in done.stderr
    assert "gtfs  the timetable" in done.stderr
    assert names_in(here) == set()


def test_an_example_of_ones_own_files_makes_no_sense(here: Path) -> None:
    done = init("--example", "gtfs", "--from", "stops.csv")
    assert done.exit_code == 2
    assert names_in(here) == set()
