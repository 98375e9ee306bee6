from __future__ import annotations

import pytest

from etl_host_neo4j.patterns import (
    Key,
    changes_schema,
    constrained_keys,
    fields_in,
    keys_of_rows,
    merged_keys,
    merges_relationships,
    only_reads,
    parameters_in,
)


def key(label: str, *properties: str) -> Key:
    return Key(label, frozenset(properties))


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("MERGE (s:Stop {id: row.id})", [key("Stop", "id")]),
        ("merge(:Stop{id:row.id})", [key("Stop", "id")]),
        ("MERGE (s:Stop:Place {id: row.id, feed: $feed}) SET s.x = 1", [key("Stop", "id", "feed")]),
        ("MERGE (s:`Bus ``Stop```  {`the id`: row.id})", [key("Bus `Stop`", "the id")]),
        ("MERGE (s:Stop {id: coalesce(row.id, row.code), at: row.at})", [key("Stop", "id", "at")]),
        ("MERGE (a:A {id: 1}) MERGE (b:B {id: 2}) MERGE (a2:A {id: 3})", [key("A", "id"), key("B", "id")]),
        ("MERGE (s:Stop {id: row.id}) -[:AT]->(t)", []),
        ("MERGE (s:Stop {id: row.id})<-[:AT]-(t)", []),
        ("MERGE (a)-[:AT {id: row.id}]->(b:Stop {id: 1})", []),
        ("MERGE (s:Stop)", []),
        ("MERGE (s {id: row.id})", []),
        ("MATCH (s:Stop {id: row.id}) CREATE (:Stop {id: 1})", []),
        ("// MERGE (s:Stop {id: row.id})\nRETURN 'MERGE (s:Stop {id: 1})'", []),
        ("MERGE (s:Stop {id: 'a, b: c'})", [key("Stop", "id")]),
        ("MERGE (ä:Straße {größe: 1})", [key("Straße", "größe")]),
    ],
)
def test_the_keys_by_which_single_nodes_are_merged(query: str, keys: list[Key]) -> None:
    assert merged_keys(query) == keys


@pytest.mark.parametrize(
    ("statement", "keys"),
    [
        ("CREATE CONSTRAINT IF NOT EXISTS FOR (n:Stop) REQUIRE n.id IS UNIQUE", [key("Stop", "id")]),
        ("create constraint a_name for (n:Stop) require (n.id, n.feed) is node key", [key("Stop", "id", "feed")]),
        ("CREATE CONSTRAINT FOR (n:`Bus Stop`)\n REQUIRE (n.`the id`) IS NODE UNIQUE", [key("Bus Stop", "the id")]),
        ("CREATE CONSTRAINT FOR (n:Stop) REQUIRE n.id IS NOT NULL", []),
        ("CREATE CONSTRAINT FOR ()-[r:AT]-() REQUIRE r.id IS UNIQUE", []),
        ("CREATE INDEX FOR (n:Stop) ON (n.id)", []),
        ("MATCH (n) WHERE n.text = 'CREATE CONSTRAINT FOR (n:Stop) REQUIRE n.id IS UNIQUE' DELETE n", []),
    ],
)
def test_the_keys_that_a_statement_makes_unique(statement: str, keys: list[Key]) -> None:
    assert [*constrained_keys(statement)] == keys


def test_parameters_are_found_outside_of_texts_and_comments() -> None:
    query = "UNWIND $batch AS row SET row.a = $a, row.b = '$b', row.c = $`the c`, row.d = $a // $e\n"
    assert parameters_in(query) == ["batch", "a", "the c"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("UNWIND $batch AS row MERGE (s:S {id: row.id}) SET s.x = row.x, s.y = row.x", ["id", "x"]),
        ("UNWIND $batch AS r CREATE (:S {id: r . id, n: r.`the name`, o: other.r.z})", ["id", "the name"]),
        ("UNWIND $batch AS row CREATE (:S {id: arrow.id, x: row.f.g})", ["f"]),
        ("UNWIND $batch AS row WITH row.stop AS row CREATE (:S {id: row.id})", []),
        ("UNWIND $batch AS row SET x = 'row.text' // row.comment", []),
        ("UNWIND $batch AS row SET n += row", []),
        ("MATCH (row) WITH row, $batch AS batch SET row.x = 1", []),
    ],
)
def test_the_fields_of_rows_that_a_query_names(query: str, fields: list[str]) -> None:
    assert fields_in(query) == fields


def test_what_only_reads_and_what_changes_the_schema() -> None:
    assert only_reads("UNWIND $batch AS row MATCH (n:`SET` {x: 'CREATE'}) RETURN n")
    assert not only_reads("UNWIND $batch AS row CALL { WITH row MERGE (n) } RETURN 1")
    assert changes_schema("DROP INDEX stops IF EXISTS")
    assert changes_schema("CYPHER 25 CREATE INDEX stops FOR (s:Stop) ON (s.id)")
    assert changes_schema("CYPHER 5 runtime=slotted DROP CONSTRAINT stop")
    assert not changes_schema("CREATE (:Constraint)")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("MATCH (a:A {id: row.a}) MATCH (b:B {id: row.b}) MERGE (a)-[:R]->(b)", True),
        ("MERGE (a:A {id: toLower(row.a)})<-[:R]-(b)", True),
        ("merge p = (a) -- (b)", True),
        ("MATCH (a)-[:R]->(b) MERGE (c:C {id: row.c})", False),
        ("MERGE (a:A {id: row.a}) CREATE (a)-[:R]->(:B)", False),
        ("CREATE (a)-[:R]->(b) // MERGE (a)-[:R]->(b)", False),
    ],
)
def test_whether_relationships_are_merged(query: str, answer: bool) -> None:
    assert merges_relationships(query) is answer


BATCH = "UNWIND $batch AS row "


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("MERGE (t:Trip {id: row.trip_id, region: $region}) SET t += row", {"Trip": ["trip_id"]}),
        ("MERGE (t:Trip:`Bus Trip` {id: row.`trip id`})", {"Trip": ["trip id"]}),
        ("CREATE (:Trip {id: row.id})", {"Trip": ["id"]}),
        ("MATCH (a:P {id: row.a}) MATCH (b:P {id: row.b}) MERGE (a)-[:R {n: row.n}]->(b)", {"P": ["a", "b"]}),
        ("MATCH (a:P {id: row.a}), (b:Q {id: row.b}) CREATE (a)-[:R]->(b)", {"P": ["a"], "Q": ["b"]}),
        ("MERGE (a:A {id: row.a}) MERGE (b:B {id: row.b}) MERGE (c:C {id: row.c})", {}),
        ("MERGE (t:Trip {id: row.id, name: row.name})", {}),
        ("MERGE (t:Trip {id: toLower(row.id)})", {}),
        ("MATCH (t:Trip) WHERE t.id = row.id SET t.x = 1", {}),
        ("MATCH (a:A {id: row.a})-[:IN]->(:City) SET a.x = 1", {}),
        ("MERGE (a:A {id: row.a}) CREATE (a)-[:R]->()", {}),
        ("MERGE (a:A {id: row.a}) FOREACH (x IN row.xs | MERGE (:A {id: row.b}))", {}),
        ("SET row.x = 1", {}),
    ],
)
def test_by_which_fields_rows_find_their_nodes(query: str, keys: dict[str, list[str]]) -> None:
    assert keys_of_rows(BATCH + query) == keys


def test_without_rows_there_are_no_fields() -> None:
    assert keys_of_rows("MERGE (a:A {id: row.a})") == {}


@pytest.mark.parametrize("value", ["row.a + row.b", "row.a % 10", "row.a.b", "row.a[0]", "row.a, b: row.b * 2"])
def test_keys_that_are_computed_can_not_be_told(value: str) -> None:
    assert keys_of_rows(f"UNWIND $batch AS row MERGE (a:A {{id: {value}}})") == {}
