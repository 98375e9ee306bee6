"""Parts of pages that are made from the code hold what the code holds."""

from __future__ import annotations

import re

import pytest

import etl_host
import etl_host.testing
from doc_pages import DOCS
from docs.listings import LISTINGS
from docs.listings.commands import command_line
from docs.listings.errors import errors
from docs.listings.exit_codes import exit_codes
from docs.listings.markdown import code, escaped, table
from docs.listings.names import contract_names, contracts, public_names
from docs.listings.plugins import first_party, plugins
from etl_host.cli import COMMANDS
from etl_host.core import errors as core_errors
from etl_host.core.errors import EtlHostError, ExitCode
from etl_host.pipeline.signature import options_of
from etl_host.registry.hookspecs import Hooks
from etl_host.registry.lookup import Registry
from etl_host.registry.spec import KINDS


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


def test_each_listing_is_on_a_page_and_each_page_asks_for_one_that_there_is() -> None:
    pages = "".join(page.read_text("utf-8") for page in DOCS.rglob("*.md"))
    assert set(re.findall(r"^```\{listing\} ([\w-]+)$", pages, re.MULTILINE)) == set(LISTINGS)


def test_each_command_has_a_section_with_its_options() -> None:
    text = command_line()
    sections = dict(re.findall(r"^## etl-host ?([\w -]*)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    assert {*COMMANDS, "query", ""} <= set(sections)
    assert "| `--embedded` |" in sections["run"]
    assert "--traceback" in sections[""]
    assert "--traceback" not in sections["run"], "said once, at the top"


def test_examples_of_commands_keep_their_lines() -> None:
    assert re.search(r"```text\nExamples:\n  etl-host run ", command_line())


def test_each_option_of_each_processor_is_listed(registry: Registry) -> None:
    text = plugins()
    for kind in KINDS.values():
        for offer in registry.specs(kind):
            if offer.plugin.distribution in first_party():
                section = text.partition(f"### {kind.capitalize()} `{offer.spec.name}`")[2].partition("\n##")[0]
                options = [option.written for option in options_of(offer.target(), kind)]
                assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == options


def test_each_plugin_of_the_repository_is_listed() -> None:
    folders = {folder.name for folder in (DOCS.parent / "plugins").iterdir() if folder.is_dir()}
    assert set(first_party()) == folders


def test_each_exit_code_is_listed() -> None:
    assert re.findall(r"^\| (\d) \|", exit_codes(), re.MULTILINE) == [str(int(code)) for code in ExitCode]


def test_each_kind_of_error_has_a_section() -> None:
    sections = re.findall(r"^## ([\w-]+)$", errors(), re.MULTILINE)
    kinds = [value for value in vars(core_errors).values() if isinstance(value, type)]
    assert {kind.code for kind in kinds if issubclass(kind, EtlHostError)} <= set(sections)


def test_each_public_name_is_listed_with_what_it_is() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", public_names(), re.MULTILINE))
    hooks = {name for name in vars(Hooks) if name.startswith("etl_host_")}
    assert {*etl_host.__all__, *etl_host.testing.__all__, *hooks} <= set(rows)
    assert [name for name, told in rows.items() if "<" in told or "0x" in told or not told] == []


def test_each_check_of_each_contract_is_listed() -> None:
    text = contracts()
    for name in contract_names():
        section = text.partition(f"## {name}\n")[2].partition("\n## ")[0]
        checks = {check for check in dir(getattr(etl_host.testing, name)) if check.startswith("test_")}
        assert set(re.findall(r"`(test_\w+)`", section)) == checks


@pytest.mark.parametrize("text", ["a*b_c", "<x>", "[1]", "a|b", "`q`", "$batch", "~x~"])
def test_text_is_not_read_as_markdown(text: str) -> None:
    from markdown_it import MarkdownIt

    shown = MarkdownIt("gfm-like", {"linkify": False}).renderInline(escaped(text))
    assert shown == text.replace("<", "&lt;").replace(">", "&gt;")


def test_a_cell_of_a_table_may_hold_the_bar_between_cells() -> None:
    assert table(["A"], [[code("a|b")]]) == "| A |\n| --- |\n| `a\\|b` |"
