"""The example notebook, and what a notebook shows of a run, in a real kernel."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient

from graph_handle import GraphHandle

nbformat: Any = import_module("nbformat")  # says that it is typed, and its functions aren't

FOLDER = Path(__file__).parents[2] / "examples" / "notebook"
LOAD = """
from etl_host import Pipeline
Pipeline.from_file("pipeline.yaml").run()
"""
PIPELINE = """
pipeline: "<b>stops</b>"
tasks:
  - task: "[/x] <script>"
    source: {csv: stops.csv}
    validators: [{pydantic: "models:Stop"}]
    sink: {cypher: {query: "UNWIND $batch AS row MERGE (stop:Stop {stop_id: row.stop_id}) SET stop += row"}}
"""


@pytest.fixture
def folder(tmp_path: Path, embedded_graph: GraphHandle, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example's; NEO4J_URI and so on name an empty graph."""
    embedded_graph.wipe()
    constraint = "CREATE CONSTRAINT IF NOT EXISTS FOR (n:Stop) REQUIRE n.stop_id IS UNIQUE"  # or a check would warn
    embedded_graph.driver.execute_query(constraint, database_=embedded_graph.database)
    for name, value in embedded_graph.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    shutil.copytree(FOLDER, folder := tmp_path / "notebook", ignore=shutil.ignore_patterns(".*", "rejects", "__*"))
    return folder


def executed(folder: Path, *cells: str) -> list[list[Any]]:
    """The outputs of each cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    return outputs_of(notebook, folder)


def outputs_of(notebook: Any, folder: Path) -> list[list[Any]]:
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]


def text(outputs: list[Any]) -> str:
    return "".join(output.get("text") or output.data["text/plain"] for output in outputs)


def test_the_example_loads_shows_the_reject_and_asks_the_graph(folder: Path) -> None:
    notebook = nbformat.read(folder / "load.ipynb", as_version=4)
    load, rejected, asked = outputs_of(notebook, folder)
    assert "stops: 4 rows in " in text(load)
    assert "done" not in text(load[:-1])
    assert load[-1].data["text/html"].count("stops: done, 1 row rejected") == 1
    assert "'place': 'stops.csv:4'" in text(rejected)
    assert text(asked) == "[['Cairns City', -16.92], ['Smithfield', -16.83], ['Trinity Beach', -16.79]]"


def test_the_example_is_kept_as_nobody_has_run_it_yet() -> None:
    notebook = nbformat.read(FOLDER / "load.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * 3


def test_nothing_is_shown_twice(folder: Path) -> None:
    (folder / "pipeline.yaml").write_text(PIPELINE)
    first, quiet, third = executed(folder, LOAD, LOAD.replace('.yaml"', '.yaml", quiet=True'), LOAD)
    assert [output.output_type for output in quiet] == ["execute_result"]
    assert [output.output_type for output in third] == ["display_data", "execute_result"]
    progress, result = first
    assert progress.output_type == "display_data"
    assert progress.data.keys() == {"text/plain"}
    [line] = progress.data["text/plain"].splitlines()
    assert line.startswith("[/x] <script>: 4 rows in ")
    assert line.endswith(" s, 1 rejected")
    assert result.output_type == "execute_result"
    assert result.data["text/plain"] == (
        "<RunSummary <b>stops</b>: done, 1 row rejected; exactly once; 4 read = 3 written + 1 rejected>"
    )
    html = result.data["text/html"]
    assert "[/x] &lt;script&gt;" in html
    assert "&lt;b&gt;stops&lt;/b&gt;: done, 1 row rejected" in html
    assert "<script" not in html
    assert "4 read = 3 written + 1 rejected" in html


def test_a_failure_is_shown_with_its_reason(folder: Path) -> None:
    (folder / "stops.csv").write_text('stop_id,name,lat,lon\n1,"never closed,1,2\n')
    [outputs] = executed(folder, LOAD)
    assert "stops: failed [wrong-input]" in outputs[-1].data["text/html"]
    assert "never closed" in outputs[-1].data["text/html"]
    assert "never closed" in outputs[-1].data["text/plain"]
