"""The public names as text, so that a change of them is seen in a review.

To take over what has changed: ``.venv/bin/python tests/support/public_api.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Final

import griffe

ROOT: Final = Path(__file__).parents[2]
SNAPSHOT: Final = ROOT / "tests" / "api" / "public.txt"
PACKAGES: Final = ("etl_host", "etl_host.testing")


def public_api(packages: tuple[str, ...] = PACKAGES, root: Path = ROOT) -> str:
    """Every public name of ``packages`` below ``root``, with what somebody else's code may rely on."""
    return "\n".join(line for package in packages for line in _package(package, root))


def _package(path: str, root: Path) -> Iterator[str]:
    loaded = griffe.load(path.partition(".")[0], search_paths=[root], allow_inspection=False)
    package = loaded if path == loaded.path else loaded[path.partition(".")[2]]
    assert isinstance(package, griffe.Module)
    exported = {str(name): _target(package[str(name)]) for name in package.exports or ()}
    public = {thing.path for thing in exported.values()}
    for name, thing in sorted(exported.items()):
        yield from _lines(f"{path}.{name}", thing, public)
        yield ""


def _lines(name: str, thing: griffe.Object, public: Set[str]) -> Iterator[str]:
    match thing:
        case griffe.Class():
            bases = ", ".join(map(str, thing.bases))
            yield f"class {name}({bases})" if bases else f"class {name}"
            for member, inside in sorted(_members(thing, public).items()):
                yield from (f"    {line}" for line in _lines(member, inside, public))
        case griffe.Function():
            labels = "".join(f"@{label} " for label in sorted(thing.labels & {"classmethod", "staticmethod"}))
            yield f"{labels}{name}({', '.join(map(_parameter, _bare(thing.parameters)))}) -> {thing.returns}"
        case griffe.Attribute():
            annotation = f": {thing.annotation}" if thing.annotation is not None else ""
            yield f"{'@property ' * thing.has_labels('property')}{name}{annotation}{_value(thing)}"
        case _:
            yield name


def _members(thing: griffe.Class, public: Set[str]) -> dict[str, griffe.Object]:
    """Its own public members, and those of bases that aren't public themselves."""
    members = {name: _target(member) for name, member in thing.all_members.items() if _is_public(name)}
    return {
        name: member
        for name, member in members.items()
        if member.parent is thing or (member.parent is not None and member.parent.path not in public)
    }


def _target(thing: griffe.Object | griffe.Alias) -> griffe.Object:
    return thing.final_target if isinstance(thing, griffe.Alias) else thing


def _value(thing: griffe.Attribute) -> str:
    """What instances have is set by code, which isn't public."""
    ours = thing.has_labels("property") or not thing.labels & {"class-attribute", "module-attribute"}
    return "" if thing.value is None or ours else f" = {thing.value}"


def _is_public(member: str) -> bool:
    return not member.startswith("_") or member in ("__init__", "__call__", "__enter__", "__exit__")


def _bare(parameters: griffe.Parameters) -> Iterator[griffe.Parameter | str]:
    """With the star before those that are passed by name only."""
    starred = False
    for parameter in parameters:
        starred = starred or parameter.kind is griffe.ParameterKind.var_positional
        if parameter.kind is griffe.ParameterKind.keyword_only and not starred:
            starred = True
            yield "*"
        yield parameter


def _parameter(parameter: griffe.Parameter | str) -> str:
    if isinstance(parameter, str):
        return parameter
    stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    text = stars.get(parameter.kind, "") if parameter.kind else ""
    text += parameter.name + (f": {parameter.annotation}" if parameter.annotation is not None else "")
    has_default = parameter.default is not None and not stars.get(parameter.kind or griffe.ParameterKind.keyword_only)
    return f"{text} = {parameter.default}" if has_default else text


if __name__ == "__main__":
    SNAPSHOT.write_text(public_api(), encoding="utf-8")
