"""The type that all values of a column have, as far as they are known."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

TEXT: Final = "str"
ANY: Final = "Any"
KEY_TYPES: Final = frozenset({TEXT, "int", "datetime.date", "datetime.datetime"})
"""Types whose values can tell nodes apart."""

_LARGEST = 2**63 - 1  # of a 64-bit integer, which is what databases have
_TYPES: Final[dict[str, type]] = {
    "bool": bool,
    "int": int,
    "float": float,
    "datetime.date": datetime.date,
    "datetime.datetime": datetime.datetime,
    TEXT: str,
}
# A number with a zero in front is an id, a postcode, a telephone number; a float doesn't hold more than 15 digits.
_FORMS: Final[dict[str, re.Pattern[str]]] = {
    "int": re.compile(r"-?(0|[1-9][0-9]{0,18})"),
    "float": re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+([eE][-+]?[0-9]{1,2})?)?"),
    "datetime.date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datetime.datetime": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[-+][0-9]{2}:[0-9]{2})?"
    ),
}
_YES_AND_NO = frozenset({"true", "false"})


def type_of(values: Collection[object]) -> str:
    """The type, as it is written in a model, that takes all ``values``, none of which is None; text for no values.

    Texts that all look like values of another type are of that type. A model takes each of the values.
    """
    if all(isinstance(value, str) for value in values):
        return next((name for name in _FORMS if values and _are(name, values)), _flag_or_text(values))
    kinds = {type(value) for value in values}
    if kinds == {int, float}:
        return "float"
    return next((name for name, kind in _TYPES.items() if kinds == {kind}), ANY)


def _are(name: str, texts: Collection[Any]) -> bool:
    form, takes = _FORMS[name], _taking(_TYPES[name])
    return all(form.fullmatch(text) and takes(text) for text in texts)


def _flag_or_text(texts: Collection[Any]) -> str:
    """Only with a true or false among them 0 and 1 are no numbers."""
    lower = {text.lower() for text in texts}
    return "bool" if lower & _YES_AND_NO and lower <= _YES_AND_NO | {"0", "1"} else TEXT


def _taking(kind: type) -> Callable[[str], bool]:
    validate: Callable[[str], object] = TypeAdapter(kind).validate_python

    def takes(text: str) -> bool:
        try:
            value = validate(text)
        except ValidationError:
            return False
        return not isinstance(value, int) or -_LARGEST <= value <= _LARGEST

    return takes
