"""Names of files and columns, which may be anything, as names in Python and in a graph."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Collection, Container

from pydantic import BaseModel

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_PLURALS = ("ss", "us", "is")
_PLURALS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))
_SHORTEST_PLURAL = 4

_USED_IN_MODELS = frozenset({"Any", "BaseModel", "ConfigDict", "Field", "bool", "datetime", "float", "int", "str"})


def words_of(name: str) -> list[str]:
    """Its words, in lower case: ``stop``, ``id`` for ``stop_id``, ``StopId`` and ``Stop-ID``."""
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name)).replace("_", " ")
    return "".join(part if f"a{part}".isidentifier() else " " for part in spaced).lower().split()


def class_name(words: list[str], taken: Container[str]) -> str:
    """``StopTime`` for ``stop times``: the name of a model, and of the nodes that its rows become."""
    name = "".join(word[:1].upper() + word[1:] for word in [*words[:-1], *map(_singular, words[-1:])])
    name = unicodedata.normalize("NFKC", name)
    if not name.isidentifier():
        name = f"Row{name}"
    if keyword.iskeyword(name) or hasattr(builtins, name) or name in _USED_IN_MODELS:
        name = f"{name}Row"
    return unique(name, taken)


def field_name(column: str, number: int, taken: Container[str]) -> str:
    """The name of a column's field, and of the property that it becomes; the column's own wherever that can be.

    ``number``: of the column, from 1.
    """
    name = column
    if not is_plain(column):
        name = "_".join(words_of(column)) or f"column_{number}"
        if not name.isidentifier():
            name = f"column_{name}"
    if keyword.iskeyword(name) or hasattr(BaseModel, name) or name in _USED_IN_MODELS:
        name = f"{name}_"
    return unique(name, taken, "_")


def is_plain(name: str) -> bool:
    """Whether it can be the name of a field but for those that are spoken for."""
    return name.isidentifier() and not name.startswith("_") and unicodedata.normalize("NFKC", name) == name


def unique(name: str, taken: Container[str], before_number: str = "") -> str:
    """``name``, or where that is taken, with the first number that isn't."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}{before_number}{number}"
    return candidate


def ends_with(words: Collection[str], last: Collection[str]) -> bool:
    """Whether ``last`` are the last of ``words``."""
    return bool(last) and list(words)[-len(last) :] == list(last)


def _singular(word: str) -> str:
    if len(word) >= _SHORTEST_PLURAL and not word.endswith(_NO_PLURALS):
        for plural, singular in _PLURALS:
            if word.endswith(plural):
                return word.removesuffix(plural) + singular
    return word
