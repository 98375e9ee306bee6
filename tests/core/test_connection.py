from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Self

import pytest

from etl_host import Connection
from etl_host.core.connection import store_behind


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


@pytest.mark.parametrize(
    ("attributes", "found"),
    [({}, None), ({"store": 1}, 1), ({"store": 1, "exists": True}, 1), ({"store": 1, "exists": False}, None)],
)
def test_a_connection_has_a_store_to_look_at_unless_nothing_was_made_behind_it(
    attributes: dict[str, Any], found: object
) -> None:
    connection: Any = SimpleNamespace(**attributes)
    assert store_behind(connection) == found
