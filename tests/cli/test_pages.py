"""Every name that may stand in brackets behind a message has a page, and every page has such a name."""

from __future__ import annotations

import ast
import pkgutil
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from etl_host import EtlHostError
from etl_host.cli.errors import UNEXPECTED, message_of
from etl_host.cli.pages import FOLDER, all_pages, is_explained
from etl_host.core.errors import InputError
from etl_host.registry.lookup import Registry
from plugin_folder import PluginFolder, offering

ROOT = Path(__file__).parents[2]
PACKAGES = {"etl_host": ROOT / "etl_host"} | {
    folder.name: folder for folder in sorted(ROOT.glob("plugins/etl-host-*/etl_host_*")) if folder.is_dir()
}
NOTING = {"add", "note", "PlacedProblem", "Problem", "WrongOption", "_note", "_problem", "Finding", "refused"}
"""What is called with a code; its message is another argument."""

CODE = re.compile(r"[a-z]+(-[a-z]+)+")
PAGES = {page.stem: page for folder in PACKAGES.values() for page in sorted((folder / FOLDER).glob("*.md"))}


def codes_of_classes(package: str) -> Iterator[str]:
    """Of the errors that ``package`` defines, third-party ones aside."""
    for _, name, _ in pkgutil.walk_packages([str(PACKAGES[package])], f"{package}."):
        if name.split(".")[-1] in ("__main__", "child"):
            continue
        module = import_module(name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, EtlHostError) and value.__module__ == name:
                yield value.code


def codes_written(package: str) -> Iterator[str]:
    """Literals that a call of NOTING is given as the code: as an argument, or as the first of a pair."""
    for file in PACKAGES[package].rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name), args=args, keywords=keywords):
                    if name in NOTING:
                        named = [keyword.value for keyword in keywords if keyword.arg == "code"]
                        given = [node.value for node in [*args[:1], *named] if isinstance(node, ast.Constant)]
                        yield from (code for code in given if isinstance(code, str) and CODE.fullmatch(code))
                case ast.Tuple(elts=[ast.Constant(str(code)), ast.JoinedStr(), *_]) if CODE.fullmatch(code):
                    yield code


@pytest.fixture(scope="module")
def codes() -> dict[str, set[str]]:
    found = {package: {*codes_of_classes(package), *codes_written(package)} for package in PACKAGES}
    found["etl_host"].add(UNEXPECTED)
    return found


def test_enough_codes_are_found(codes: dict[str, set[str]]) -> None:
    assert {"unset-variable", "unknown-option", "wrong-value", "yaml-syntax", "locked", "misplaced-variable"} < codes[
        "etl_host"
    ]
    assert {"checkpoint-missing", "no-right-to-schema"} <= codes["etl_host_neo4j"]


def test_every_code_has_a_page(codes: dict[str, set[str]]) -> None:
    assert sorted(set.union(*codes.values()) - set(PAGES)) == []


def test_every_page_is_in_the_package_that_has_its_code(codes: dict[str, set[str]]) -> None:
    assert [code for code, page in PAGES.items() if code not in codes[page.parent.parent.name]] == []


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.stem)
def test_a_page_is_short_and_has_a_summary_and_an_example(page: Path) -> None:
    first, blank, *rest = page.read_text("utf-8").split("\n")
    assert re.fullmatch(rf"# {page.stem}: [a-zA-Z].{{5,54}}[^.]", first)
    assert blank == ""
    assert len(rest) < 45
    assert [line for line in rest if len(line) > 79 and not line.startswith("    ")] == []
    assert re.search(r"^    .* \[[a-z-]+\]$", "\n".join(rest), re.MULTILINE)
    assert [line for line in rest if line.startswith("#")] == [
        line for line in ("## Causes", "## What to do") if line in rest
    ]


def test_the_pages_of_a_plugin_are_found_without_importing_it(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source alpha"))
    pages = folder.path / "etl_host_alpha" / FOLDER
    pages.mkdir()
    (pages / "too-blue.md").write_text("# too-blue: it is too blue\n")
    (pages / "wrong-input.md").write_text("# wrong-input: another meaning\n")
    found = all_pages(Registry({}).plugins)
    assert found["too-blue"] == pages / "too-blue.md"
    assert found["wrong-input"] == PAGES["wrong-input"]
    assert not {name for name in sys.modules if name.startswith("etl_host_alpha")}


def test_a_plugin_whose_package_is_gone_has_no_pages(folder: PluginFolder) -> None:
    folder.distribution("etl-host-gone", "[etl_host.plugins]\ngone = etl_host_gone.plugin\n")
    assert find_spec("etl_host_gone") is None
    assert set(all_pages(Registry({}).plugins)) == set(PAGES)


def test_a_page_is_named_where_there_is_one_also_for_errors_derived_from_others() -> None:
    class Special(InputError):
        pass

    class Unexplained(EtlHostError):
        code = "too-green"

    assert is_explained(Special("x"))
    assert message_of(Special("x", remedy="y")) == "x [wrong-input]\n  next: y\n  more: etl-host explain wrong-input"
    assert message_of(Unexplained("x")) == "x [too-green]"
