"""What pages list is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl_host.core.errors import BudgetExceeded, ExitCode
from etl_host.pipeline import model
from etl_host.pipeline.parameter_types import TYPES
from etl_host.pipeline.signature import options_of
from etl_host.registry.hookspecs import Hooks
from etl_host.registry.lookup import Registry
from etl_host.registry.spec import Kind

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PIPELINE_FILE = (ROOT / "docs" / "pipeline-file.md").read_text("utf-8")


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


@pytest.mark.parametrize(
    ("kind", "name", "heading"),
    [
        ("source", "csv", "Source `csv`"),
        ("validator", "pydantic", "Validator `pydantic`"),
        ("sink", "cypher", "Sink `cypher`"),
        ("task", "cypher", "Run `cypher`"),
    ],
)
def test_a_table_of_options_has_the_constructors(kind: Kind, name: str, heading: str) -> None:
    options = options_of(Registry().lookup(kind, name).target(), kind)
    listed = re.findall(r"^\| `(\w+)` \|", section(PIPELINE_FILE, heading), re.MULTILINE)
    assert listed == [option.written for option in options]


@pytest.mark.parametrize("name", ["neo4j", "arcadedb"])
def test_the_table_of_connections_has_the_constructors_options(name: str) -> None:
    options = options_of(Registry().lookup("connection", name).target(), "connection")
    [row] = re.findall(rf"^\| `{name}` \| (.*) \|$", PIPELINE_FILE, re.MULTILINE)
    assert {option.written for option in options} <= code_in(row)


def test_the_types_of_parameters_are_listed() -> None:
    listed = section(PIPELINE_FILE, "## Parameters and variables")
    assert set(TYPES) <= code_in(listed)


def test_exit_codes_are_those_that_there_are() -> None:
    page = (ROOT / "docs" / "exactly-once.md").read_text("utf-8")
    listed = re.findall(r"^\| (\d) \|", page, re.MULTILINE)
    assert listed == [str(int(code)) for code in ExitCode if code is not BudgetExceeded.exit_code]


def test_every_hook_is_named() -> None:
    page = (ROOT / "docs" / "writing-a-plugin.md").read_text("utf-8")
    hooks = {name for name in vars(Hooks) if name.startswith("etl_host_")}
    assert hooks <= code_in(page)


def test_modules_that_the_architecture_names_are_there() -> None:
    named = {
        name for name in code_in((ROOT / "docs" / "architecture.md").read_text("utf-8")) if name.endswith((".py", "/"))
    }
    folders = [ROOT, ROOT / "etl_host", ROOT / "etl_host" / "pipeline", *ROOT.glob("plugins/*")]
    missing = {name for name in named if not any(any(folder.glob(name)) for folder in folders)}
    assert len(named) > 20
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_targets_of_make_that_a_page_names_are_there(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:`|\$ )make (\w+)", page.read_text("utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_readme_links_to_files_that_are_there() -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []
