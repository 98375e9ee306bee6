from __future__ import annotations

import json
import re
import sys
from typing import Any

import importlib_metadata
from click.testing import CliRunner

from etl_host.cli import main
from plugin_folder import PluginFolder, hiding, offering

COMMAND = "import click\n@click.command()\ndef command(): pass\n"


def listed(folder: PluginFolder, *arguments: str) -> str:
    """The list, with what is really installed disabled."""
    made_up = " ".join(path.name.partition("-")[0] for path in folder.path.glob("*.dist-info"))
    result = CliRunner().invoke(main, ["list-plugins", *arguments], env={"ETL_HOST_PLUGINS_ALLOWED": made_up})
    assert result.exit_code == 0, result.stderr
    return result.stdout


def line_of(text: str, name: str) -> tuple[list[str], str]:
    """The columns of the line that begins with ``name``, and the line after it."""
    lines = [*text.splitlines(), ""]
    [index] = [index for index, line in enumerate(lines) if line.split()[:1] == [name]]
    return lines[index].split(maxsplit=4), lines[index + 1].strip()


def test_a_plugin_is_listed_with_what_it_provides(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source one", "source two", "sink one"), version="2.1")
    text = listed(folder)
    assert text.startswith("PLUGIN")
    columns, _ = line_of(text, "alpha")
    assert columns == ["alpha", "etl-host-alpha", "2.1", "ok", "source one, source two, sink one"]


def test_those_that_cannot_be_used_come_last_with_reason_and_remedy(folder: PluginFolder) -> None:
    folder.plugin("aaa", "import no_such_module")
    folder.plugin("zzz", offering("source one"))
    text = listed(folder)
    assert text.index("\nzzz") < text.index("\naaa")
    columns, after = line_of(text, "aaa")
    assert columns[3:] == ["broken", "ModuleNotFoundError: No module named 'no_such_module'"]
    assert after == "next: pip install no_such_module"


def test_the_list_ends_with_the_count_of_each_state(folder: PluginFolder) -> None:
    folder.plugin("one", offering("source one"))
    folder.plugin("two", offering("source two"))
    assert listed(folder, "--disable-plugin", "two").splitlines()[-1].startswith("1 ok, ")
    folder.plugin("bad", "1/0")
    states = listed(folder).splitlines()[-1].split(", ")
    assert (states[0], states[-1].partition(";")[0]) == ("2 ok", "1 broken")


def test_notes_stand_below(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source x") + "@hookimpl\ndef etl_host_loaders(): pass\n")
    assert line_of(listed(folder), "alpha")[1] == "note: this host has no hook etl_host_loaders: it is not called"


def test_without_loading_it_shows_what_is_declared(folder: PluginFolder) -> None:
    modules = [folder.plugin("alpha", offering("source one")), folder.plugin("beta", hiding("source two"))]
    text = listed(folder, "--no-load")
    assert line_of(text, "alpha")[0][3:] == ["found", "source one"]
    assert line_of(text, "beta")[0][3:] == ["found", "not known before it is loaded"]
    assert not {*modules} & {*sys.modules}


def test_commands_of_plugins_are_listed_too(folder: PluginFolder) -> None:
    folder.command("ask", COMMAND)
    folder.command("bad", "import no_such_module")
    text = listed(folder)
    assert line_of(text, "ask")[0] == ["ask", "etl-host-ask", "1.0", "ok", "command ask"]
    assert line_of(text, "bad")[0][3] == "broken"
    assert line_of(listed(folder, "--no-load"), "bad")[0][3:] == ["found", "command bad"]


def as_json(folder: PluginFolder, *arguments: str) -> dict[str, Any]:
    listing: dict[str, Any] = json.loads(listed(folder, "--json", *arguments))
    return listing


def test_as_json_it_has_all_that_is_known(folder: PluginFolder) -> None:
    folder.plugin("alpha", "print('hello')\n" + offering("source one", "sink two"))
    folder.command("ask", COMMAND)
    listing = as_json(folder)
    assert (listing["schema"], listing["host_version"]) == (1, importlib_metadata.version("etl-host"))
    [alpha] = [plugin for plugin in listing["plugins"] if plugin["name"] == "alpha"]
    assert alpha.pop("seconds") > 0
    assert alpha == {
        "name": "alpha",
        "distribution": "etl-host-alpha",
        "version": "1.0",
        "module": "etl_host_alpha.plugin",
        "summary": "About etl-host-alpha.",
        "location": str(folder.path),
        "editable": False,
        "state": "ok",
        "reason": "",
        "remedy": "",
        "notes": ["prints when it is imported: 'hello'"],
        "printed": "hello\n",
        "provides": {"source": ["one"], "sink": ["two"]},
    }
    assert [command["state"] for command in listing["commands"] if command["name"] == "ask"] == ["ok"]


def test_as_json_without_loading_what_is_not_declared_is_null(folder: PluginFolder) -> None:
    folder.plugin("alpha", hiding("source one"))
    [alpha] = [plugin for plugin in as_json(folder, "--no-load")["plugins"] if plugin["name"] == "alpha"]
    assert (alpha["state"], alpha["provides"]) == ("found", None)


def test_help_documents_every_field_of_the_json(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source one"))
    text = CliRunner().invoke(main, ["list-plugins", "--help"]).output
    listing = as_json(folder)
    documented = set(re.findall(r"\w+", text.partition("--json prints")[2].partition("Options:")[0]))
    assert {*listing, *listing["plugins"][0]} <= documented


def test_a_kind_leaves_those_that_bring_one(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source one", "sink one"))
    folder.plugin("beta", offering("sink two"))
    folder.command("ask", COMMAND)
    arguments = ["list-plugins", "--no-load", "--json", "--kind"]

    def of_kind(kind: str) -> list[str]:
        listing = json.loads(CliRunner().invoke(main, [*arguments, kind]).stdout)
        return [
            each["name"] for each in [*listing["plugins"], *listing["commands"]] if each["location"] == str(folder.path)
        ]

    assert of_kind("source") == ["alpha"]
    assert of_kind("sink") == ["alpha", "beta"]
    assert of_kind("reporter") == []
    assert of_kind("command") == ["ask"]


def test_a_kind_leaves_those_of_which_nobody_knows_what_they_bring(folder: PluginFolder) -> None:
    folder.plugin("alpha", "1/0")
    columns, _ = line_of(listed(folder, "--kind", "reporter"), "alpha")
    assert columns[3] == "broken"


def test_strict_fails_unless_all_that_is_listed_is_ok(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("validator one"))
    folder.plugin("bad", "1/0")

    def exit_code(*arguments: str) -> int:
        return CliRunner().invoke(main, ["list-plugins", "--strict", *arguments]).exit_code

    assert exit_code() == 1
    assert exit_code("--json") == 1
    assert exit_code("--disable-plugin", "bad") == 1
    assert exit_code("--no-load") == 0
    assert exit_code("--kind", "command") == 0


def test_the_last_line_says_what_to_type_next(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source one"))
    folder.plugin("beta", "1/0")
    assert listed(folder).splitlines()[-1].endswith("; more about the first that is broken: etl-host plugin-info beta")
    listing = CliRunner().invoke(main, ["list-plugins", "--no-load"]).stdout
    assert listing.splitlines()[-1].endswith(" found; the options of one: etl-host plugin-info NAME")


def test_requirements_are_for_pip(folder: PluginFolder) -> None:
    folder.plugin("beta", offering("source one"), version="2.1")
    folder.plugin("alpha", "1/0")
    folder.command("ask", COMMAND, distribution="etl-host-beta-tools")
    info = folder.distribution("etl-host-edit", "[etl_host.plugins]\nedit = m\n")
    (info / "direct_url.json").write_text('{"url": "file:///src/edit", "dir_info": {"editable": true}}')
    lost = folder.distribution("etl-host-lost", "[etl_host.plugins]\nlost = m\n")
    (lost / "METADATA").unlink()
    lines = CliRunner().invoke(main, ["list-plugins", "--requirements"]).stdout.splitlines()
    expected = [
        "etl-host-alpha==1.0",
        "etl-host-beta==2.1",
        "etl-host-beta-tools==1.0",
        "-e /src/edit",
        "etl-host-lost",
    ]
    assert [line for line in lines if line in expected] == expected
    assert not {"etl_host_alpha", "etl_host_beta"} & {*sys.modules}


def test_json_and_requirements_exclude_each_other() -> None:
    assert CliRunner().invoke(main, ["list-plugins", "--json", "--requirements"]).exit_code == 2


def test_names_and_reasons_cannot_steer_the_terminal(folder: PluginFolder) -> None:
    folder.distribution("etl-host-red", "[etl_host.plugins]\n\x1b[31mred = no_such_module\n")
    folder.plugin("loud", "raise ValueError('\\x1b[2J' + 'loud ' * 100_000)")
    folder.command("\x1b[7mask", "1/0", distribution="etl-host-ask")
    text = listed(folder) + CliRunner().invoke(main, ["--help"]).stdout
    assert "\\x1b[31mred" in text
    assert "ValueError: \\x1b[2Jloud loud" in text
    assert "\\x1b[7mask" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 1_500
