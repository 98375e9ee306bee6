"""What a plugin may use: hooks, public names, and what its tests can."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import ModuleType

import etl_host
import etl_host.testing
from docs.listings.markdown import code, table
from etl_host.registry.hookspecs import Hooks

_OTHERS = {"hookimpl": "Marks a function of a plugin as the implementation of the hook of the same name."}


def public_names() -> str:
    """A table of the hooks, and one of the names in each public module."""
    hooks = [[code(name), summary(hook)] for name, hook in vars(Hooks).items() if name.startswith("etl_host_")]
    parts = ["## Hooks", table(["Hook", "Returns a list of"], hooks)]
    for module in (etl_host, etl_host.testing):
        parts += [f"## {module.__name__}", table(["Name", "Is"], list(_names(module)))]
    return "\n\n".join(parts)


def contracts() -> str:
    """A section for each contract, with its checks."""
    return "\n\n".join(_contract(getattr(etl_host.testing, name)) for name in contract_names())


def contract_names() -> list[str]:
    """The contracts that can be subclassed."""
    return [name for name in etl_host.testing.__all__ if name.endswith("Contract") and name != "PluginContract"]


def summary(documented: object) -> str:
    """The first paragraph of its docstring, as Markdown; raises AssertionError where there is none."""
    told = " ".join((inspect.getdoc(documented) or "").partition("\n\n")[0].split())
    assert told, f"{documented!r} has no docstring"
    return told.removesuffix("::").replace("``", "`").replace("|", "\\|")


def _names(module: ModuleType) -> Iterator[list[str]]:
    for name in sorted(module.__all__):
        value = getattr(module, name)
        is_documented = inspect.isclass(value) or inspect.isfunction(value)
        yield [code(name), summary(value) if is_documented else _OTHERS.get(name) or code(_alias(value))]


def _alias(value: object) -> str:
    """A type, with the names in it but not where they are from."""
    return re.sub(r"(?:\b[a-z_]+\.)+|~", "", str(value))


def _contract(contract: type) -> str:
    checks = [
        [code(name), summary(check)]
        for name, check in inspect.getmembers(contract, inspect.isfunction)
        if name.startswith("test_")
    ]
    return f"## {contract.__name__}\n\n{summary(contract)}\n\n{table(['Check', 'Demands'], checks)}"
