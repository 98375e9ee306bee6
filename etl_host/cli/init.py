"""``etl-host init``: begin a pipeline."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.registry.lookup import Registry

if TYPE_CHECKING:
    from etl_host.cli.starter.table import Table

_TEMPLATE = Path(__file__).parent / "starter" / "template"


@click.command(
    epilog=epilog(
        examples=[
            "etl-host init",
            "etl-host init --from stops.csv --from stop_times.csv",
            "etl-host init demo --example gtfs",
        ],
        exit_codes=["0  written", "1  a file can't be read or written", "2  nothing was written, as the message says"],
    )
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--from", "files", multiple=True, metavar="FILE", help="Begin with this file of yours. Repeatable.")
@click.option("--example", metavar="NAME", help="Write an example that comes with etl-host: gtfs.")
@click.pass_obj
def init(host: Host, folder: Path, files: tuple[str, ...], example: str | None) -> None:
    """Begin a pipeline in DIR, by default the current folder. Nothing is asked, and no file overwritten.

    Without options it is a small one to learn from. --from looks at the first rows of your own files and writes a
    pipeline and models for them that can be run at once; what it guessed is marked.
    """
    from etl_host.cli.starter.writing import write_all  # --help does without

    if files and example is not None:
        raise click.UsageError("--from and --example exclude each other.")
    tables: Sequence[Table] = ()
    if example is not None:
        contents = _example(example)
    elif files:
        contents, tables = _from_files(files, folder, host.registry)
    else:
        template = [file for file in sorted(_TEMPLATE.iterdir()) if file.is_file()]  # pip makes a __pycache__ there
        contents = {file.name: file.read_bytes() for file in template if file.name != "gitignore"}
    contents[".gitignore"] = (_TEMPLATE / "gitignore").read_bytes()
    contents["etl-host.schema.json"] = _schema(host.registry)
    for file in write_all(folder, contents):
        click.echo(f"wrote  {file}")
    for line in _found(tables):
        click.echo(line)
    click.echo(f"next   etl-host run {shlex.quote(str(folder / 'pipeline.yaml'))} --embedded")


def _example(name: str) -> dict[str, bytes]:
    from etl_host.cli.starter.examples import EXAMPLES, example
    from etl_host.registry.suggestions import did_you_mean

    if name not in EXAMPLES:
        known = "".join(f"\n  {known}  {text}" for known, text in EXAMPLES.items())
        message = f'no example is called "{name}"{did_you_mean(name, EXAMPLES)} There are:{known}'
        raise click.BadParameter(message, param_hint="--example")
    return example(name)


def _from_files(files: Sequence[str], folder: Path, registry: Registry) -> tuple[dict[str, bytes], Sequence[Table]]:
    from etl_host.cli.starter.models_file import models_file
    from etl_host.cli.starter.pipeline_file import pipeline_file
    from etl_host.cli.starter.sampling import sampled
    from etl_host.cli.starter.tables import tables_of
    from etl_host.cli.starter.words import words_of

    tables = tables_of([sampled(file, folder, registry) for file in dict.fromkeys(files)])
    name = tables[0].name if len(tables) == 1 else " ".join(words_of(folder.resolve().name)) or "pipeline"
    texts = {"pipeline.yaml": pipeline_file(name, tables), "models.py": models_file(tables)}
    return {file: text.encode() for file, text in texts.items()}, tables


def _schema(registry: Registry) -> bytes:
    from etl_host.pipeline.json_schema import pipeline_schema

    return (json.dumps(pipeline_schema(registry).schema, indent=2, ensure_ascii=False) + "\n").encode()


def _found(tables: Sequence[Table]) -> Iterator[str]:
    """A line for each file: what was seen of it, and the key that was guessed."""
    for table in tables:
        sample, columns = table.sample, len(table.columns)
        rows = f"{'' if sample.whole else 'the first '}{_counted(len(sample.rows), 'row')}"
        key = " + ".join(column.name for column in table.key)
        guess = f"key guessed: {key}" if key else "no key: no columns tell the rows apart"
        rejected = f"; {sample.rejected:,} more can't be read as rows, and will be rejected" if sample.rejected else ""
        yield f"found  {sample.file}: {rows}, {_counted(columns, 'column')}, {guess}{rejected}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
