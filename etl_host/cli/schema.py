"""``etl-host schema``: the JSON Schema of pipeline files."""

from __future__ import annotations

import json

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog


@click.command(epilog=epilog(examples=["etl-host schema > etl-host.schema.json"]))
@click.pass_obj
def schema(host: Host) -> None:
    """Print the JSON Schema of pipeline files, for editors.

    It knows the plugins that are installed. Write it beside the pipeline file, and let the file's first line
    say so; an editor with a YAML language server then completes and checks it:

      # yaml-language-server: $schema=etl-host.schema.json
    """
    from etl_host.pipeline.json_schema import pipeline_schema  # imports pydantic

    made = pipeline_schema(host.registry)
    for sentence in made.left_out:
        click.echo(f"left out: {sentence}", err=True)
    click.echo(json.dumps(made.schema, indent=2, ensure_ascii=False))
