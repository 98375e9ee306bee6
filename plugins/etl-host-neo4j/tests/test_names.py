"""Names in generated Cypher."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from etl_host import ETLContext, ExactlyOnce
from etl_host_neo4j import CypherStatementsTask, escaped

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


INJECTIONS = ["x'}) DETACH DELETE r //", 'x"; MATCH (n) DETACH DELETE n', "a`b\\u0060", "/* x", "$run", "x\ny"]


@pytest.mark.parametrize("name", INJECTIONS)
def test_names_of_pipelines_and_tasks_are_only_data(graph: Any, name: str) -> None:
    graph.driver.execute_query("CREATE (:Kept)", database_=graph.database)
    with ETLContext(graph.settings, ExactlyOnce(name)) as context:
        task = CypherStatementsTask(context, ["MATCH (k:Kept) SET k.by = $etl.task, k.of = $etl.pipeline"], name=name)
        assert task.execute().success
    query = "MATCH (k:Kept), (r:EtlHostRun), (c:EtlHostCheckpoint) RETURN k.by, k.of, r.pipeline, c.task"
    [record] = graph.driver.execute_query(query, database_=graph.database).records
    assert set(map(unquote, record.values())) == {name}  # a path of tasks is percent-encoded
