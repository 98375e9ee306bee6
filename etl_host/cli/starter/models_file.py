"""``models.py``: a pydantic model for the rows of each file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from etl_host.cli.starter.table import Column, Table
from etl_host.cli.starter.types import ANY
from etl_host.core.files.location import FileLocation

_HEAD = '''"""The rows of the files, as models: what a row must be, and the properties that it becomes.

Written by etl-host init, which guessed the types from the first rows, and that what is empty in none of them never is.
"""

from __future__ import annotations
'''
_SIMPLE = re.compile(r"[\w .,()-]+")
_WIDTH = 88


def models_file(tables: Sequence[Table]) -> str:
    """The text of the file."""
    return "\n".join([_HEAD, *_imports(tables), *(line for table in tables for line in _model(table))]) + "\n"


def _imports(tables: Sequence[Table]) -> Iterator[str]:
    columns = [column for table in tables for column in table.columns]
    standard = []
    if any(column.type.startswith("datetime.") for column in columns):
        standard.append("import datetime")
    if any(column.type == ANY for column in columns):
        standard.append("from typing import Any")
    if standard:
        yield from (*standard, "")
    names = ["BaseModel"]
    if any(map(_is_protected, columns)):
        names.append("ConfigDict")
    if any(column.name != column.field for column in columns):
        names.append("Field")
    yield f"from pydantic import {', '.join(names)}"


def _model(table: Table) -> Iterator[str]:
    file = FileLocation(table.sample.file).name
    yield from ("", "", f"class {table.label}(BaseModel):")
    yield f'    """A row of {file if _SIMPLE.fullmatch(file) else "a file"}."""'
    yield ""
    if any(map(_is_protected, table.columns)):
        yield from ("    model_config = ConfigDict(protected_namespaces=())", "")
    for column in table.columns:
        yield from _field(column)


def _field(column: Column) -> Iterator[str]:
    kind = f"{column.type} | None" if column.nullable and column.type != ANY else column.type
    arguments = ["default=None"] if column.nullable else []
    line = f"    {column.field}: {kind}"
    if column.name == column.field:
        yield f"{line} = None" if column.nullable else line
        return
    arguments.append(f"alias={_literal(column.name)}")
    whole = f"{line} = Field({', '.join(arguments)})"
    if len(whole) <= _WIDTH:
        yield whole
    else:
        yield from (f"{line} = Field(", f"        {', '.join(arguments)}", "    )")


def _is_protected(column: Column) -> bool:
    """Whether pydantic would warn of the name; before 2.10 it did so of any that begins like this."""
    return column.field.startswith("model_")


def _literal(text: str) -> str:
    """As ruff would write it: in double quotes, unless that takes more backslashes."""
    if text.count('"') > text.count("'"):
        return repr(text)
    inside = repr(f'"{text}')[2:-1].replace("\\'", "'").replace('"', r"\"")  # with a " in it, repr takes single ones
    return f'"{inside}"'
