"""What a plugin offers, read from its source without running it.

A run must not import a plugin that it doesn't need, yet only a plugin's hooks tell what it offers. Both can
be had where the hooks return nothing but literals, as all documentation shows them::

    @hookimpl
    def etl_host_sources() -> list[ProcessorSpec]:
        return [ProcessorSpec("csv", "etl_host_csv.source:CSVBatchProcessor", "Rows of CSV files.")]

Setuptools reads versions in the same way. With anything else in the module (a condition, a loop, a call) it
isn't guessed what that does: such a plugin is imported whenever a name is looked up. Reading also tells what
a disabled or broken plugin would offer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec

from etl_host.registry.plugin import Specs
from etl_host.registry.spec import KINDS, Kind, ProcessorSpec


class _Unclear(Exception):
    """The source has another form than the documented one."""


def declared_specs(value: str) -> Specs | None:
    """Return what the hooks of module ``value`` return, or None where only importing it can tell."""
    try:
        return _specs(ast.parse(_source(value)))
    except Exception:  # whatever is wrong with it, importing it says so better
        return None


def _source(name: str) -> str:
    """Return a module's source. Unlike importlib's own ``find_spec``, imports none of its parents."""
    top, *inner = name.split(".")
    spec = find_spec(top)
    for part in inner:
        spec = _inside(spec, part)
    if spec is None or not isinstance(spec.loader, InspectLoader):
        raise _Unclear
    source = spec.loader.get_source(spec.name)
    if source is None:
        raise _Unclear
    return source


def _inside(package: ModuleSpec | None, part: str) -> ModuleSpec | None:
    if package is None or package.submodule_search_locations is None:
        raise _Unclear
    return PathFinder.find_spec(f"{package.name}.{part}", list(package.submodule_search_locations))


def _specs(module: ast.Module) -> Specs:
    specs: dict[Kind, list[ProcessorSpec]] = {}
    for statement in module.body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                names = {alias.asname or alias.name for alias in statement.names}
                if names & {"*", *KINDS}:
                    raise _Unclear
            case ast.Expr(ast.Constant()):
                pass  # a docstring
            case ast.FunctionDef(decorator_list=[ast.Name("hookimpl")]) if statement.name in KINDS:
                specs[KINDS[statement.name]] = list(_returned(statement))
            case _:
                raise _Unclear
    if not specs:
        raise _Unclear  # a plugin without hooks is odd: importing it says so
    return specs


def _returned(function: ast.FunctionDef) -> Iterator[ProcessorSpec]:
    match function.body:
        case [ast.Return(ast.List(elements))] | [ast.Expr(ast.Constant()), ast.Return(ast.List(elements))]:
            pass
        case _:
            raise _Unclear
    for element in elements:
        match element:
            case ast.Call(ast.Name("ProcessorSpec"), arguments, keywords):
                # A keyword without a name is `**options`, which ProcessorSpec refuses as "None".
                options = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in keywords}
                yield ProcessorSpec(*map(ast.literal_eval, arguments), **options)
            case _:
                raise _Unclear
