"""Reading a summary's JSON, which may come from anywhere: a run record, a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar, cast

from etl_host.core.batch import Balance
from etl_host.core.errors import EtlHostError, ExitCode

K = TypeVar("K")

SCHEMA: Final = 1
"""The format of a summary; further fields don't raise it."""


class ToldError(EtlHostError):
    """An error of which only a summary is left."""

    def __init__(self, name: str, message: str, place: str | None) -> None:
        super().__init__(message)
        self.code = name
        self.place = place


class Fields:
    """A JSON object, whose fields are asked for by name; others may be there as well.

    ``where``: what it is, for messages. Everything raises ValueError, naming the field, for what is missing or wrong.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise ValueError(f"{where} should be an object, and is {_kind(value)}")
        self._values = value
        self._where = where

    def get(self, name: str, kind: type[K]) -> K:
        """The value of that type. A whole number will do for a float."""
        if name not in self._values:
            raise ValueError(f"{self._where} has no {name}")
        value = self._values[name]
        wanted = (int, float) if kind is float else kind
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise ValueError(f"{name} of {self._where} should be {kind.__name__}, and is {_kind(value)}")
        return cast(K, value)

    def get_or_none(self, name: str, kind: type[K]) -> K | None:
        """The value of that type, or None where null is written."""
        return None if name in self._values and self._values[name] is None else self.get(name, kind)

    def fields(self, name: str) -> Fields:
        """The object."""
        return Fields(self.get(name, dict), f"{name} of {self._where}")

    def objects(self, name: str, each: str) -> Iterator[Fields]:
        """The objects of a list, the first called ``each`` 1."""
        for number, item in enumerate(self.get(name, list), start=1):
            yield Fields(item, f"{each} {number}")

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list."""
        texts = self.get(name, list)
        if not all(isinstance(text, str) for text in texts):
            raise ValueError(f"{name} of {self._where} should hold texts only")
        return tuple(texts)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def numbers(self, name: str) -> dict[str, float]:
        """The numbers of an object, by name."""
        numbers = self.fields(name)
        return {key: numbers.get(key, float) for key in numbers._values}

    def statistics(self) -> dict[str, float]:
        """The counts in the field ``statistics``."""
        return self.numbers("statistics")

    def balance(self) -> Balance:
        """That in the field ``balance``."""
        parts = self.fields("balance")
        return Balance(*(parts.get(name, int) for name in ("read", "written", "rejected", "dropped")))

    def exit_code(self) -> ExitCode:
        """That in the field ``exit_code``."""
        number = self.get("exit_code", int)
        if number not in list(ExitCode):
            raise ValueError(f"exit_code of {self._where} is {number}, which none of etl-host is")
        return ExitCode(number)

    def error(self) -> ToldError | None:
        """That in the field ``error``."""
        if self.get_or_none("error", dict) is None:
            return None
        told = self.fields("error")
        return ToldError(told.get("name", str), told.get("message", str), told.get_or_none("place", str))


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__
