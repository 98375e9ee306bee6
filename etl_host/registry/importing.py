"""Imports what a dotted path names."""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter
from typing import Any


def import_path(path: str) -> Any:
    """The module ``"package.module"``, or what ``"package.module:Name"`` names in it.

    Raises whatever the module raises, and ImportError where it has no such name.
    """
    module_name, _, attribute = path.partition(":")
    module = import_module(module_name)
    if not attribute:
        return module
    try:
        return attrgetter(attribute)(module)
    except AttributeError as error:
        raise ImportError(f"module {module_name} has no {attribute}", name=module_name) from error
