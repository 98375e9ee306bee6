from __future__ import annotations

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result

from etl_host.cli import main
from plugin_folder import PluginFolder, offering

PLUGIN = """
    from etl_host import ProcessorSpec, hookimpl

    @hookimpl
    def etl_host_sources() -> list[ProcessorSpec]:
        return [ProcessorSpec("rows", "etl_host_alpha.links:Rows", "Rows of a test.")]

    @hookimpl
    def etl_host_sinks() -> list[ProcessorSpec]:
        return [
            ProcessorSpec("wall", "etl_host_alpha.links:Wall", "Writes on a wall."),
            ProcessorSpec("lost", "etl_host_alpha.not_there:Lost", "Is lost."),
            ProcessorSpec("odd", "etl_host_alpha.links:Odd", "Has an odd option."),
        ]
"""
LINKS = """
    from typing import Annotated
    from etl_host import FileLocation, Sink, Source

    class Rows(Source):
        resumable = True

        def __init__(
            self,
            file: Annotated[FileLocation, "A path | a URL."],
            context,
            task,
            *,
            deep: Annotated[int, "How deep."] = 3,
        ):
            super().__init__(context, task)

    class Wall(Sink):
        def __init__(self, context, task, predecessor):
            super().__init__(context, task, predecessor)

    class Odd(Sink):
        def __init__(self, context, task, predecessor, *, odd):
            super().__init__(context, task, predecessor)
"""


@pytest.fixture
def alpha(folder: PluginFolder) -> None:
    folder.plugin("alpha", PLUGIN)
    folder.module("etl_host_alpha.links", LINKS)


def info(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plugin-info", *arguments])


def as_json(*arguments: str) -> dict[str, Any]:
    result = info("--json", *arguments)
    assert result.exit_code == 0, result.stderr
    listing: dict[str, Any] = json.loads(result.stdout)
    return listing


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    "name", ["alpha", "etl-host-alpha", "ETL_Host.Alpha", "rows", "wall", "etl-host-alpha/rows", "lost"]
)
def test_a_plugin_is_named_by_itself_its_distribution_or_a_processor(name: str) -> None:
    assert [plugin["name"] for plugin in as_json(name)["plugins"]] == ["alpha"]


@pytest.mark.usefixtures("alpha")
def test_the_text_shows_the_plugin_its_processors_and_their_options(folder: PluginFolder) -> None:
    lines = info("alpha").stdout.splitlines()
    assert lines[0] == "alpha 1.0: About etl-host-alpha."
    facts = {line[:16].strip(): line[16:] for line in lines[1 : lines.index("")]}
    assert facts.pop("imported in").endswith(" ms")
    assert facts == {
        "distribution": "etl-host-alpha",
        "location": str(folder.path),
        "module": "etl_host_alpha.plugin",
        "state": "ok",
    }
    start = lines.index("source rows: Rows of a test.")
    assert lines[start + 1] == "  goes on from a position after an interruption"
    assert [re.split(r"  +", line.strip()) for line in lines[start + 2 : start + 5]] == [
        ["OPTION", "TYPE", "DEFAULT", "MEANING"],
        ["file", "file", "required", "A path | a URL."],
        ["deep", "whole number", "3", "How deep."],
    ]
    wall = lines.index("sink wall: Writes on a wall.")
    assert lines[wall + 1 : wall + 4] == [
        "  not transactional: each row at least once",
        "  in one lane",
        "  no options",
    ]


@pytest.mark.usefixtures("alpha")
def test_a_processor_that_cannot_be_imported_does_not_hide_the_others() -> None:
    text = info("alpha").stdout
    assert "sink wall: " in text
    lost = text.partition("sink lost: Is lost.\n")[2].splitlines()
    assert "No module named 'etl_host_alpha.not_there'" in lost[0]
    assert lost[1] == "  next: pip install --force-reinstall etl-host-alpha"
    odd = text.partition("sink odd: Has an odd option.\n")[2].splitlines()
    assert odd[0] == "  its options can't be read: Odd: parameter odd has no type annotation"


@pytest.mark.usefixtures("alpha")
def test_as_json_it_has_the_options_and_capabilities() -> None:
    rows, wall, *_ = as_json("alpha")["plugins"][0]["processors"]
    assert rows["capabilities"] == {"resumable": True}
    assert rows["options"][1] == {
        "name": "deep",
        "type": "whole number",
        "required": False,
        "default": "3",
        "meaning": "How deep.",
    }
    assert (rows["options"][0]["required"], rows["options"][0]["default"]) == (True, None)
    assert wall["capabilities"] == {"transactional": False, "concurrent": False}


@pytest.mark.usefixtures("alpha")
def test_help_documents_every_field_of_the_json() -> None:
    documented = " ".join(info("--help").output.split())
    processor = as_json("alpha")["plugins"][0]["processors"][0]
    for name in ("processors", *processor, *processor["options"][0]):
        assert name in documented


@pytest.mark.usefixtures("alpha")
def test_as_markdown_it_is_a_table_for_each_processor() -> None:
    sections = info("rows", "--markdown").stdout.split("## ")
    assert sections[1].splitlines()[:6] == [
        "Source `rows`",
        "",
        "Rows of a test. Goes on from a position after an interruption.",
        "",
        "| Option | Type | Default | Meaning |",
        "|---|---|---|---|",
    ]
    assert "| `file` | file | required | A path \\| a URL. |" in sections[1]
    assert "| `deep` | whole number | `3` | How deep. |" in sections[1]


def test_a_broken_plugin_is_shown_with_reason_and_remedy(folder: PluginFolder) -> None:
    folder.plugin("bad", offering("source x").replace("import ProcessorSpec", "import Nothing, ProcessorSpec"))
    lines = info("bad").stdout.splitlines()
    [state] = [line for line in lines if line.startswith("  state ")]
    assert state.split()[1] == "broken:"
    assert "cannot import name 'Nothing'" in state
    assert "  next          pip install --upgrade etl-host-bad etl-host" in lines
    assert "  would bring   source x" in lines


def test_plugins_in_conflict_are_both_shown(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source x"))
    folder.distribution("other", "[etl_host.plugins]\nalpha = other.plugin\n")
    assert [plugin["distribution"] for plugin in as_json("alpha")["plugins"]] == ["etl-host-alpha", "other"]


def test_a_disabled_plugin_is_shown_and_not_imported(folder: PluginFolder) -> None:
    folder.plugin("alpha", "raise SystemExit('imported')")
    result = info("alpha", "--disable-plugin", "alpha")
    assert "disabled: named by --disable-plugin" in result.stdout


def test_a_command_is_found_by_its_name(folder: PluginFolder) -> None:
    folder.command("ask", "import click\n@click.command()\ndef command(): pass\n")
    listing = as_json("ask")
    assert (listing["plugins"], [command["state"] for command in listing["commands"]]) == ([], ["ok"])
    assert info("ask").stdout.startswith("ask 1.0: About etl-host-ask.\n  distribution  etl-host-ask\n")


def test_an_unknown_name_is_an_error_with_the_nearest(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source rows_of_alpha"))
    result = info("row_of_alpha")
    assert result.exit_code == 2
    assert (
        'no plugin is called "row_of_alpha", nor is a processor of one, did you mean "rows_of_alpha"?' in result.stderr
    )


def test_json_and_markdown_exclude_each_other() -> None:
    assert info("x", "--json", "--markdown").exit_code == 2


ODD_TYPES = {
    "no type": "{}",
    "no type that is hashable": "Odd()",
    "raises when it is asked for a schema": "Evil",
    "makes no schema": "Nonsense",
    "has no regular expression": "Annotated[str, Field(pattern='[')]",
    "can't be any value": "Literal[()]",
    "has no JSON Schema": "Unwritable",
}
ODD = """
    from typing import Annotated, Literal
    from etl_host import Sink
    from pydantic import Field

    class Odd:
        __hash__ = None
        def __repr__(self):
            raise RuntimeError("no repr")
        def __eq__(self, other):
            raise RuntimeError("no ==")

    class Evil:
        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            raise KeyError("evil")

    class Nonsense:
        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            return {"type": "nonsense"}

    class Unwritable(int):
        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            return handler(int)
        @classmethod
        def __get_pydantic_json_schema__(cls, schema, handler):
            raise KeyError("no schema")

    class Strange(Sink):
        def __init__(self, context, task, predecessor, *, odd: ANNOTATION = DEFAULT): ...

    class Plain(Sink):
        def __init__(self, context, task, predecessor, *, size: int = 3): ...
"""


def strange(folder: PluginFolder, annotation: str, default: str = "None") -> None:
    folder.plugin("odd", offering("sink strange", "sink plain").replace('"no.where:Nothing"', '"TARGET"', 1))
    file = folder.path / "etl_host_odd" / "plugin.py"
    file.write_text(
        file.read_text()
        .replace("TARGET", "etl_host_odd.links:Strange")
        .replace("no.where:Nothing", "etl_host_odd.links:Plain")
    )
    folder.module("etl_host_odd.links", ODD.replace("ANNOTATION", annotation).replace("DEFAULT", default))


@pytest.mark.parametrize("annotation", ODD_TYPES.values(), ids=ODD_TYPES.keys())
@pytest.mark.parametrize("command", [["plugin-info", "odd"], ["plugin-info", "odd", "--json"], ["schema"]])
def test_an_option_with_an_odd_type_hides_no_other_processor(
    folder: PluginFolder, annotation: str, command: list[str]
) -> None:
    strange(folder, annotation)
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert "plain" in result.stdout


@pytest.mark.parametrize("default", ["Odd()", "{Odd: Odd()}", "[Odd()]", "10 ** 10_000"])
def test_a_default_that_cannot_be_shown_hides_nothing(folder: PluginFolder, default: str) -> None:
    strange(folder, "object", default)
    assert [option["name"] for option in as_json("odd")["plugins"][0]["processors"][0]["options"]] == ["odd"]
    assert CliRunner().invoke(main, ["schema"]).exit_code == 0


def test_what_a_plugin_says_of_itself_cannot_steer_the_terminal(folder: PluginFolder) -> None:
    summary = "\x1b[2JWrites\r\n   on a wall." + " very" * 100_000
    folder.plugin("alpha", PLUGIN.replace('"Writes on a wall."', repr(summary)))
    folder.module("etl_host_alpha.links", LINKS.replace('"How deep."', repr("How\x1b[31m\n deep.")))
    text = info("alpha").stdout
    assert r"sink wall: \x1b[2JWrites on a wall. very" in text
    assert r"How\x1b[31m deep." in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 1_100
