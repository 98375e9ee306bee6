"""Names in generated Cypher."""

from __future__ import annotations

from typing import Any

import pytest

from etl_host_neo4j import escaped

NASTY = ["Stop", "a b", "a`b", "``", "x`) DETACH DELETE (n", "'; DROP", "naïve", "n:m|o", "$(x)"]


@pytest.mark.parametrize("name", NASTY)
def test_an_escaped_name_is_that_label_and_nothing_else(neo4j_server: Any, name: str) -> None:
    neo4j_server.wipe()
    query: Any = f"CREATE (n:{escaped(name)}) RETURN labels(n)"
    [record] = neo4j_server.driver.execute_query(query, database_=neo4j_server.database).records
    assert record[0] == [name]


@pytest.mark.parametrize("name", ["", "a\\u0060b"])
def test_a_name_that_cannot_be_escaped_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="can't be a name"):
        escaped(name)
