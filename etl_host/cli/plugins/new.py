"""``etl-host new-plugin``: begin a package with a plugin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.cli.starter.errors import WouldOverwrite
from etl_host.core.errors import OutputError
from etl_host.registry.discovery import host_version

KINDS: Final = {
    "source": ("Lines of a text file.", "{class}BatchProcessor", "    source: {{{name}: lines.txt}}"),
    "validator": (
        "Rejects rows that lack a field.",
        "{class}BatchProcessor",
        "    validators: [{{{name}: {{required: [id]}}}}]",
    ),
    "sink": ("Rows into a JSON Lines file.", "{class}SinkBatchProcessor", "    sink: {{{name}: out.jsonl}}"),
    "reporter": ("Tells the log how tasks end.", "{class}Reporter", "    reporters: [{name}]"),
}
"""What a plugin of each kind says about itself, its class, and its line in a pipeline file."""
LONGEST: Final = 30

_TEMPLATES = Path(__file__).parent / "templates"


@click.command(
    "new-plugin",
    epilog=epilog(examples=["etl-host new-plugin parquet", "etl-host new-plugin slack --kind reporter"]),
)
@click.argument("name")
@click.option("--kind", type=click.Choice([*KINDS]), default="source", show_default=True, help="What it brings.")
@click.pass_obj
def new_plugin(host: Host, name: str, kind: str) -> None:
    """Begin a package etl-host-NAME, in a folder of that name.

    It is complete: a small processor to put yours in place of, its test on the conformance kit, and what to
    check, build and publish it with. Nothing that is there is overwritten.
    """
    name = name.removeprefix("etl-host-")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or len(name) > LONGEST:
        remedy = f"small letters, digits and single hyphens, at most {LONGEST}, such as parquet"
        raise click.BadParameter(f'"{name}" can\'t be the name of a plugin: {remedy}', param_hint="NAME")
    for plugin in host.registry.plugins:
        if plugin.name == name or plugin.distribution == f"etl-host-{name}":
            raise click.BadParameter(f"{plugin} is installed: two of one name are in conflict", param_hint="NAME")
    folder = Path(f"etl-host-{name}")
    for file in _write(folder, dict(_files(name, kind))):
        click.echo(f"wrote  {file}")
    click.echo(f'next   cd {folder} && pip install -e ".[dev]" && pytest')


def _files(name: str, kind: str) -> Iterator[tuple[str, str]]:
    """The files of the package: the path in it, and the text."""
    package = f"etl_host_{name.replace('-', '_')}"
    summary, class_name, usage = KINDS[kind]
    values = {
        "name": name,
        "kind": kind,
        "distribution": f"etl-host-{name}",
        "package": package,
        "statistics": name.replace("-", "_"),
        "class": class_name.format_map({"class": "".join(map(str.capitalize, name.split("-")))}),
        "summary": summary,
        "usage": usage.format(name=name),
        "versions": compatible(host_version()),
    }
    templates = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        ".gitignore": "gitignore",
        ".github/workflows/test.yml": "workflow.yml",
        f"{package}/__init__.py": "init.py",
        f"{package}/plugin.py": "plugin.py",
        f"{package}/{kind}.py": f"{kind}.py",
        "tests/test_contract.py": f"test_{kind}.py",
    }
    for path, template in templates.items():
        text = (_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
        yield path, re.sub(r"<<(\w+)>>", lambda found: values[found[1]], text)
    yield f"{package}/py.typed", ""


def compatible(version: str) -> str:
    """The versions of the host that a plugin made for ``version`` works with: as the host promises."""
    major, minor, *_ = (int(number) for number in re.findall(r"\d+", version))
    return f">={major}.{minor},<{major}.{minor + 1}" if major == 0 else f">={major}.{minor},<{major + 1}"


def _write(folder: Path, files: Mapping[str, str]) -> Iterator[Path]:
    """Write ``files`` into the ``folder``, which must not be there. Raises WouldOverwrite, OutputError."""
    try:
        folder.mkdir()
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            yield file
    except FileExistsError:
        remedy = "choose another name, or work in another folder"
        raise WouldOverwrite(f"{folder} is there already; nothing was written", remedy=remedy) from None
    except OSError as error:
        raise OutputError(f"{error.filename or folder} can't be written: {error.strerror}") from error
