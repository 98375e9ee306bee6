from __future__ import annotations

import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from etl_host.cli import main
from etl_host.cli.explain import plain, summary_of
from plugin_folder import PluginFolder, offering

PAGE = """\
# too-blue: it is too blue

Some `rows` are too blue.

    a.csv:1: "`x`" is #1 [too-blue]

## Causes

- The `sky`, which
  is blue.
"""


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


@pytest.mark.parametrize("name", ["unset-variable", "[unset-variable]"])
def test_a_name_is_explained_as_it_stands_in_the_message(name: str) -> None:
    result = call(name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("unset-variable: a variable stands for nothing\n\n")
    assert "\nWHAT TO DO\n" in result.stdout


def test_without_a_name_all_are_listed_with_a_line_of_80_columns_each() -> None:
    result = call()
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines == sorted(lines)
    assert {"unset-variable", "locked", "checkpoint-missing"} < {line.split()[0] for line in lines}
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("name", "hint"), [("unset-varable", 'did you mean "unset-variable"?'), ("xyz", "A list: etl-host explain")]
)
def test_an_unknown_name_is_a_usage_error(name: str, hint: str) -> None:
    result = call(name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in result.stderr


def test_a_plugin_explains_its_own_errors_also_where_it_is_broken(folder: PluginFolder) -> None:
    folder.plugin("alpha", f"{offering('source alpha')}\nraise SystemExit('imported')\n")
    pages = folder.path / "etl_host_alpha" / "explanations"
    pages.mkdir()
    (pages / "too-blue.md").write_text(PAGE)
    assert call("too-blue").stdout == plain(PAGE) + "\n"
    assert "\ntoo-blue " in call().stdout


def test_a_page_is_shown_plainly() -> None:
    assert plain(PAGE).split("\n") == [
        "too-blue: it is too blue",
        "",
        "Some rows are too blue.",
        "",
        '    a.csv:1: "`x`" is #1 [too-blue]',
        "",
        "CAUSES",
        "",
        "- The sky, which",
        "  is blue.",
    ]
    assert summary_of(PAGE) == "it is too blue"


def test_names_are_completed_with_what_they_mean() -> None:
    items = ShellComplete(main, {}, "etl-host", "_ETL_HOST_COMPLETE").get_completions(["explain"], "unset-")
    assert {item.value: item.help for item in items} == {
        "unset-parameter": "a parameter has no value",
        "unset-variable": "a variable stands for nothing",
    }


def test_nothing_heavy_is_imported_for_it() -> None:
    code = "import sys\nfrom etl_host.cli import main\nmain(['explain', 'locked'], standalone_mode=False)\n"
    code += "print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("locked: ")
    modules = set(done.stderr.split())
    assert not modules & {"pydantic", "yaml", "neo4j", "pluggy", "rich", "etl_host_neo4j"}
