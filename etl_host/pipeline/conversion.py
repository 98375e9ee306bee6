"""What the types of options mean in a file: files are relative to it, classes are imported from beside it."""

from __future__ import annotations

import types
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ImportString,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)

from etl_host.core.files.location import FileLocation
from etl_host.pipeline.imports import Importer
from etl_host.pipeline.signature import SignatureError
from etl_host.pipeline.variables import Typed


@dataclass(frozen=True)
class Surroundings:
    """Where a pipeline file is: the context in which its options are validated."""

    folder: Path
    importer: Importer


def in_file(annotation: Any) -> Any:
    """The type that pydantic is to validate where a constructor says ``annotation``."""
    annotation = getattr(annotation, "__value__", annotation)  # type X = ...
    for kind, replacement in _REPLACED:
        if annotation is kind:
            return replacement
    if annotation is _IMPORT_STRING:
        raise SignatureError("a bare ImportString takes anything: write ImportString[type[BaseModel]] or the like")
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        metadata = [_IMPORTED if isinstance(item, _IMPORT_STRING) else (item,) for item in args[1:]]
        return Annotated[(in_file(args[0]), *(part for parts in metadata for part in parts))]
    if origin in (Union, types.UnionType):
        return Union[tuple(map(in_file, _without_text(args)))]  # noqa: UP007
    if isinstance(origin, type) and (converted := tuple(map(in_file, args))) != args:
        return types.GenericAlias(origin, converted)
    return annotation


def mentions(annotation: Any, *wanted: Any) -> bool:
    """Whether one of the ``wanted`` types is in ``annotation``."""
    annotation = getattr(annotation, "__value__", annotation)
    return annotation in wanted or any(mentions(part, *wanted) for part in get_args(annotation))


def is_file(annotation: Any) -> bool:
    """Whether values of that type are files."""
    return mentions(annotation, FileLocation, Path)


def _without_text(kinds: tuple[Any, ...]) -> tuple[Any, ...]:
    """A file may be given as a text: in a file that text is always a location, and stands for all of these types."""
    if FileLocation in kinds:
        return tuple(kind for kind in kinds if kind not in (str, Path) and get_origin(kind) is not PathLike)
    return tuple(kind for kind in kinds if kind is not str) if Path in kinds else kinds


def _location(value: object, info: ValidationInfo) -> FileLocation:
    if isinstance(value, FileLocation):
        return value
    if not isinstance(value, str | Path):
        raise ValueError("should be a file: a path or a URL")
    return FileLocation(value, folder=cast(Surroundings, info.context).folder)


def _path(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str):
        return value
    location = FileLocation(value, folder=cast(Surroundings, info.context).folder)
    if location.path is None:
        raise ValueError("should be a path; URLs don't work here")
    return location.path


def _imported(value: object, info: ValidationInfo) -> object:
    return cast(Surroundings, info.context).importer.load(value) if isinstance(value, str) else value


def _untyped(value: object) -> object:
    """A value for a place where a value of any type goes: a parameter has its own type there."""
    match value:
        case Typed():
            return value.value
        case dict():
            return {key: _untyped(item) for key, item in value.items()}
        case list():
            return [_untyped(item) for item in value]
    return value


_IMPORT_STRING: Final = cast(type, ImportString)
_TEXT: Final = {"type": "string"}
_IMPORTED: Final = (BeforeValidator(_imported), WithJsonSchema(_TEXT))
_REPLACED: Final = (
    (FileLocation, Annotated[FileLocation, PlainValidator(_location), WithJsonSchema(_TEXT)]),
    (Path, Annotated[Path, BeforeValidator(_path)]),
    (Any, Annotated[Any, AfterValidator(_untyped)]),
    (object, Annotated[object, AfterValidator(_untyped)]),
)
