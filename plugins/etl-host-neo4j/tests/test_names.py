"""Names in generated Cypher."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import neo4j
import pytest

from etl_host import ETLContext, ExactlyOnce
from etl_host_neo4j import CypherStatementsTask, escaped
from etl_host_neo4j.constraints import statement_for
from etl_host_neo4j.patterns import Key

NASTY = [
    "Stop",
    "a b",
    "a`b",
    "`",
    "``",
    "x`) DETACH DELETE (n",
    "x`: 1}) MATCH (k) DETACH DELETE k //",
    "x`]->() MATCH (k) DETACH DELETE k //",
    "'; DROP",
    '"; MATCH (n) DETACH DELETE n',
    "/* x",
    "x // y",
    "two\nlines\r\tand a tab",
    "zero\u200bwidth",
    "right\u202eleft",
    "back\\slash",
    "back\\",
    "\u02cb\uff40",
    "naïve 日本 😀",
    "n:m|o",
    "$(x)",
    "$batch",
    "0",
    "null",
    " ",
    "long`" * 3_000,
]
REFUSED = ["", "\\u0060", "a\\u0060) DETACH DELETE (n", "\\uu0060", "\\\\u0060"]


def run(server: Any, query: str) -> neo4j.Record:
    given: Any = query  # the driver's annotation wants a literal
    record: neo4j.Record = server.driver.execute_query(given, database_=server.database).records[0]
    return record


@pytest.fixture
def kept(neo4j_server: Any) -> Any:
    """A server with a node that nothing may touch."""
    neo4j_server.wipe()
    neo4j_server.driver.execute_query("CREATE (:Kept {n: 1})", database_=neo4j_server.database)
    return neo4j_server


@pytest.mark.parametrize("name", NASTY)
def test_an_escaped_name_is_that_label_type_and_property_and_nothing_else(kept: Any, name: str) -> None:
    name_ = escaped(name)
    query = f"CREATE (n:{name_} {{{name_}: 1}})-[r:{name_} {{{name_}: 2}}]->() RETURN labels(n), n, type(r), r"
    labels, node, kind, relationship = run(kept, query).values()
    assert (labels, dict(node), kind, dict(relationship)) == ([name], {name: 1}, name, {name: 2})
    assert run(kept, f"MATCH (n:{name_}) WHERE n.{name_} = 1 RETURN count(n) AS n")["n"] == 1
    assert run(kept, "MATCH (k:Kept) RETURN k.n AS n")["n"] == 1


@pytest.mark.parametrize("name", [name for name in NASTY if len(name) < 1_000])
def test_the_constraint_that_is_advised_is_on_that_label_and_property(kept: Any, name: str) -> None:
    given: Any = statement_for(Key(name, frozenset({name})))
    kept.driver.execute_query(given, database_=kept.database)
    constraint = run(kept, "SHOW CONSTRAINTS YIELD labelsOrTypes, properties")
    assert constraint.values() == [[name], [name]]
    assert run(kept, "MATCH (k:Kept) RETURN k.n AS n")["n"] == 1


@pytest.mark.parametrize("name", REFUSED)
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
