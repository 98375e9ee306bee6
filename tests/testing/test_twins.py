"""Each check of the kit fails for a processor that is wrong in just that, and passes for all others.

The twins of ``twins/`` are run by pytest in a process of its own, where a plugin that offers them is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from etl_host import testing
from plugin_folder import PluginFolder
from tests.testing.twins import connections, reporters, sinks, sources, validators
from tests.testing.twins.contracts import CONTRACTS

ROOT = Path(__file__).parents[2]
RIGHT = {
    "Lines",
    "InZone",
    "Increments",
    "Unique",
    "MemorySink",
    "Writes",
    "Speaks",
    "RecordingReporter",
    "Notes",
    "NeedsNothing",
}
TABLES = {
    "OfLines": sources.TWINS,
    "OfIncrements": validators.TWINS,
    "OfMemory": sinks.TWINS,
    "OfSpeaks": reporters.TWINS,
    "OfNotes": connections.TWINS,
}
TWINS = [
    (f"Test{contract}_{twin.__name__}", check)
    for contract, table in TABLES.items()
    for check, twins in table.items()
    for twin in twins
]

Outcomes = Mapping[str, Mapping[str, str]]
"""For each class its checks, each with how it failed, "" where it passed."""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    folder = tmp_path_factory.mktemp("twins")
    entry_points = "[etl_host.plugins]\ntwins = tests.testing.twins.plugin\nheavy = tests.testing.twins.heavy_plugin\n"
    PluginFolder(folder).distribution("etl-host-twins", entry_points)
    report, settings = folder / "report.xml", folder / "pytest.ini"
    settings.write_text("[pytest]\naddopts = --import-mode=importlib -p no:cacheprovider\n")
    file = Path(__file__).with_name("twins") / "contracts.py"
    options = ["-q", f"--config-file={settings}", f"--rootdir={ROOT}", f"--junitxml={report}"]
    command = [sys.executable, "-m", "pytest", *options, str(file)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    return _read(report)


def _read(report: Path) -> Outcomes:
    found: dict[str, dict[str, str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        checks = found.setdefault(case.attrib["classname"].rpartition(".")[2], {})
        check = case.attrib["name"].partition("[")[0]
        failures = [str(failure.text) for failure in (*case.findall("failure"), *case.findall("error"))]
        checks[check] = checks.get(check, "") + "".join(failures)
    return found


def _failed(outcomes: Outcomes, contract: str) -> dict[str, str]:
    return {check: text for check, text in outcomes[contract].items() if text}


@pytest.mark.parametrize("contract", [name for name in CONTRACTS if name.partition("_")[2] in RIGHT])
def test_what_is_right_passes_every_check(outcomes: Outcomes, contract: str) -> None:
    assert len(outcomes[contract]) > 10
    assert _failed(outcomes, contract) == {}


@pytest.mark.parametrize(("contract", "check"), TWINS)
def test_what_is_wrong_fails_its_check_and_no_other(outcomes: Outcomes, contract: str, check: str) -> None:
    assert list(_failed(outcomes, contract)) == [check], "\n\n".join(_failed(outcomes, contract).values())


@pytest.mark.parametrize(("contract", "check"), TWINS)
def test_a_failure_says_what_is_demanded_and_what_to_do(outcomes: Outcomes, contract: str, check: str) -> None:
    text = outcomes[contract][check]
    assert "Demanded: " in text
    assert "Remedy: " in text


def test_a_store_can_be_checked_alone(outcomes: Outcomes) -> None:
    assert len(outcomes["TestMemoryTarget"]) == 14
    assert _failed(outcomes, "TestMemoryTarget") == {}


def test_every_check_has_a_twin() -> None:
    with_twin = {getattr(CONTRACTS[contract], check).__qualname__ for contract, check in TWINS}
    checks = {
        method.__qualname__
        for name in testing.__all__
        if name.endswith("Contract")
        for method in _checks(getattr(testing, name))
    }
    assert checks - with_twin == set()
    assert with_twin <= checks


def _checks(contract: type) -> list[Callable[..., None]]:
    return [getattr(contract, name) for name in dir(contract) if name.startswith("test_")]
