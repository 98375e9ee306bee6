"""The Dockerfile on its page is one that Docker would take, and what it starts works."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from doc_pages import DOCS, ROOT
from graph_handle import GraphHandle

PAGE = (DOCS / "how-to" / "docker.md").read_text("utf-8")
FILES = dict(re.findall(r"`([\w./]+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL))
INSTRUCTIONS = [
    (name, rest) for name, _, rest in (line.partition(" ") for line in FILES["Dockerfile"].splitlines() if line)
]
KNOWN = {"FROM", "COPY", "RUN", "USER", "WORKDIR", "VOLUME", "ENTRYPOINT", "CMD"}


def values_of(name: str) -> list[str]:
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def test_its_instructions_are_dockers() -> None:
    assert INSTRUCTIONS[0][0] == "FROM"
    assert {name for name, _ in INSTRUCTIONS} <= KNOWN
    for value in [*values_of("ENTRYPOINT"), *values_of("CMD"), *values_of("VOLUME")]:
        assert all(isinstance(part, str) for part in json.loads(value)), "in another form a shell would get the signals"


def test_its_python_is_one_that_etl_host_supports() -> None:
    [version] = re.findall(r"python:(\d+\.\d+)-slim", values_of("FROM")[0])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert Requirement(f"python{project['requires-python']}").specifier.contains(version)


def test_what_it_copies_is_there() -> None:
    assert {source for value in values_of("COPY") for source in value.split()[:-1]} == {"dist/", "pipeline.yaml"}
    assert "pipeline.yaml" in FILES
    assert "--out-dir dist" in (ROOT / "Makefile").read_text("utf-8")


def test_the_packages_that_it_installs_have_these_names_and_extras() -> None:
    [command] = [value for value in values_of("RUN") if value.startswith("pip install")]
    wanted = [Requirement(part) for part in shlex.split(command) if part.startswith("etl-host")]
    assert wanted
    for requirement in wanted:
        file = ROOT / "plugins" / requirement.name / "pyproject.toml"
        extras = tomllib.loads(file.read_text("utf-8"))["project"].get("optional-dependencies", {})
        assert requirement.extras <= set(extras)


@pytest.mark.parametrize("value", values_of("RUN"))
def test_a_shell_understands_its_commands(value: str) -> None:
    subprocess.run(["sh", "-n", "-c", value], check=True)


def test_what_it_starts_loads_the_file(embedded_graph: GraphHandle, tmp_path: Path) -> None:
    embedded_graph.wipe()
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    command = [*json.loads(values_of("ENTRYPOINT")[0]), *json.loads(values_of("CMD")[0])]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {**os.environ, **embedded_graph.settings, "PATH": path}
    assert subprocess.run(command, cwd=tmp_path, env=settings, check=False).returncode == 0
    found = embedded_graph.driver.execute_query(
        "MATCH (s:Stop) RETURN s.name AS name", database_=embedded_graph.database
    )
    assert [record["name"] for record in found.records] == ["Cairns City"]
