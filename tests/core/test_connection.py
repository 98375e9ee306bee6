from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from etl_host import Connection


class Complete:
    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        return cls()

    def close(self) -> None:
        pass


class NeverClosed:
    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        return cls()


def test_a_connection_is_whatever_can_be_made_from_settings_and_closed() -> None:
    assert isinstance(Complete(), Connection)
    assert not isinstance(NeverClosed(), Connection)
