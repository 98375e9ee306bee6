"""What pages list by hand is what there is; the rest is made from the code: see test_listings.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from doc_pages import DOCS, PAGES, ROOT, named
from etl_host import Pipeline
from etl_host.cli.options import EXIT_CODES
from etl_host.core.errors import ExitCode
from etl_host.core.summary import RunSummary
from etl_host.pipeline import model
from etl_host.pipeline.parameter_types import TYPES
from graph_handle import GraphHandle

PIPELINE_FILE = (DOCS / "reference" / "pipeline-file.md").read_text("utf-8")
SUMMARY = (DOCS / "reference" / "summary.md").read_text("utf-8")
ENVIRONMENT = (DOCS / "reference" / "environment.md").read_text("utf-8")
COUNTED = """\
pipeline: p
tasks:
  - task: before
    run: {cypher: {statements: [CREATE CONSTRAINT n IF NOT EXISTS FOR (n:N) REQUIRE n.id IS UNIQUE]}}
  - task: rows
    source: {csv: rows.csv}
    validators: [{pydantic: "models:Row"}]
    sink: {cypher: "UNWIND $batch AS row MERGE (n:N {id: row.id}) MERGE (n)-[:SELF]->(n)"}
  - task: after
    run: {cypher: {statements: ["MATCH (n:N) DETACH DELETE n"]}}
"""
CODE = [
    module.read_text("utf-8")
    for folder in (ROOT / "etl_host", *ROOT.glob("plugins/*/etl_host_*"))
    for module in folder.rglob("*.py")
]


def code_in(text: str) -> set[str]:
    """What stands between backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def section(page: str, heading: str) -> str:
    """The lines below ``heading``, a paragraph or more, up to the next one that ends with a colon, or a heading."""
    return page.partition(f"\n{heading}")[2].partition("\n\n")[2].partition("\n\n")[0]


@pytest.mark.parametrize("key", sorted({*model.PIPELINE_KEYS, *model.CHAIN_KEYS, *model.RUN_KEYS, *model.GROUP_KEYS}))
def test_the_sample_of_a_pipeline_file_has_every_key(key: str) -> None:
    sample = PIPELINE_FILE.partition("`trips.yaml`:")[2].split("```")[1]
    assert re.search(rf"^[ -]*{key}:", sample, re.MULTILINE)


@pytest.mark.parametrize("key", model.NOT_YET)
def test_keys_that_are_not_there_yet_are_said_to_be_reserved(key: str) -> None:
    assert key in code_in(PIPELINE_FILE[PIPELINE_FILE.rindex("The file is YAML 1.2") :])


def test_the_types_of_parameters_are_listed() -> None:
    listed = section(PIPELINE_FILE, "## Parameters and variables")
    assert set(TYPES) <= code_in(listed)


def test_each_exit_code_is_explained() -> None:
    assert [line.split()[0] for line in EXIT_CODES] == [str(int(code)) for code in ExitCode]


def test_environment_variables_are_those_that_the_code_knows() -> None:
    named_in_code = {name for text in CODE for name in re.findall(r'"((?:ETL|NEO4J)_[A-Z0-9_]+)"', text)}
    assert set(re.findall(r"^\| `(\w+)`", ENVIRONMENT, re.MULTILINE)) == named_in_code


def test_the_keys_of_the_summary_are_in_the_order_in_which_they_are_written() -> None:
    summary = RunSummary(pipeline="", run_id="", attempt=1, seconds=0, tasks=[]).as_dict()
    assert re.findall(r'^  "(\w+)":', SUMMARY, re.MULTILINE) == list(summary)


def test_every_statistic_of_a_run_is_listed(
    embedded_graph: GraphHandle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded_graph.wipe()
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_text("id\n1\nx\n")
    Path("models.py").write_text("from pydantic import BaseModel\n\n\nclass Row(BaseModel):\n    id: int\n")
    Path("p.yaml").write_text(COUNTED)
    summary = Pipeline.from_file("p.yaml", settings=embedded_graph.settings, quiet=True).run()
    listed = code_in(SUMMARY[SUMMARY.index("## Statistics") :])
    assert {"nodes_deleted", "constraints_added", "rejected_rows"} <= set(summary.statistics)
    assert set(summary.statistics) <= listed


def test_modules_that_the_architecture_names_are_there() -> None:
    page = (DOCS / "explanation" / "architecture.md").read_text("utf-8")
    modules = {name for name in code_in(page) if name.endswith((".py", "/"))}
    folders = [ROOT, ROOT / "etl_host", ROOT / "etl_host" / "pipeline", *ROOT.glob("plugins/*")]
    missing = {name for name in modules if not any(any(folder.glob(name)) for folder in folders)}
    assert len(modules) > 20
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_targets_of_make_that_a_page_names_are_there(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:`|\$ )make (\w+)", page.read_text("utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_readme_links_to_files_that_are_there() -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []
