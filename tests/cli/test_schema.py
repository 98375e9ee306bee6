from __future__ import annotations

import json

import jsonschema
from click.testing import CliRunner

from etl_host.cli import main
from plugin_folder import PluginFolder


def test_the_schema_of_what_is_installed_is_printed() -> None:
    done = CliRunner().invoke(main, ["schema"])
    assert (done.exit_code, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert {"source.csv", "validator.pydantic", "sink.cypher", "task.cypher"} <= schema["$defs"].keys()


def test_a_broken_plugin_is_left_out_and_told_on_stderr(folder: PluginFolder) -> None:
    folder.plugin("cracked", "raise RuntimeError('no')")
    done = CliRunner().invoke(main, ["schema"])
    assert done.exit_code == 0
    assert "left out: plugin cracked of etl-host-cracked 1.0 is broken" in done.stderr
    assert "source.csv" in json.loads(done.stdout)["$defs"]


def test_a_disabled_plugin_is_left_out() -> None:
    done = CliRunner().invoke(main, ["schema", "--disable-plugin", "csv"])
    assert "left out: plugin csv" in done.stderr
    assert "source.csv" not in json.loads(done.stdout)["$defs"]
