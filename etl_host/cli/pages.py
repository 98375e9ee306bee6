"""The pages of ``etl-host explain``: one Markdown file for each kind of error, in the package that raises it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host.core.errors import EtlHostError
    from etl_host.registry.plugin import Plugin

FOLDER = "explanations"
"""The folder of a package, the host's or a plugin's, in which ``CODE.md`` explains the errors with that code."""

_HOST = "etl_host"


def all_pages(plugins: Iterable[Plugin]) -> dict[str, Path]:
    """The host's pages and those of ``plugins``, by code; no plugin is imported for it.

    Of two for one code the host's counts, so that no plugin gives its errors another meaning.
    """
    packages = sorted({plugin.value.partition(":")[0].partition(".")[0] for plugin in plugins if plugin.value})
    pages: dict[str, Path] = {}
    for package in [_HOST, *packages]:
        for page in _pages_of(_spec(package)):
            pages.setdefault(page.stem, page)
    return dict(sorted(pages.items()))


def is_explained(error: EtlHostError) -> bool:
    """Whether the page that it names is in the package of its class, or of one that this is derived from."""
    packages = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    specs = [getattr(sys.modules.get(package), "__spec__", None) for package in packages]
    return any(page.stem == error.page for spec in specs for page in _pages_of(spec))


def _spec(package: str) -> ModuleSpec | None:
    """Where ``package`` is; asking for the first part of a name imports nothing."""
    try:
        return find_spec(package)
    except (ImportError, ValueError):
        return None


def _pages_of(spec: ModuleSpec | None) -> Iterable[Path]:
    for folder in (spec and spec.submodule_search_locations) or ():
        yield from Path(folder, FOLDER).glob("*.md")
