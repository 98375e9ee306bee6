"""When a graph server is not to be had, or not to be touched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from graph_handle import GraphHandle

A_TEST = f"{Path(__file__).with_name('test_graph_fixtures.py')}::test_the_settings_are_enough_to_log_in[neo4j]"


def outcome(environment: Mapping[str, str]) -> str:
    """What pytest says about a test that wants Neo4j."""
    unset = ("NEO4J_URI", "ETL_HOST_REQUIRE_NEO4J")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", A_TEST],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture
def no_maven(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing in the cache folder and nothing to fill it with."""
    return {"PATH": "/nowhere", "XDG_CACHE_HOME": str(tmp_path)}


def test_without_neo4j_a_test_is_skipped_with_the_reason(no_maven: dict[str, str]) -> None:
    said = outcome(no_maven)
    assert "1 skipped" in said
    assert "Neo4j 5." in said


def test_where_neo4j_is_required_the_test_fails_instead(no_maven: dict[str, str]) -> None:
    said = outcome({**no_maven, "ETL_HOST_REQUIRE_NEO4J": "1"})
    assert "1 error" in said
    assert "ETL_HOST_REQUIRE_NEO4J=1, but Neo4j 5." in said


def test_a_given_server_is_used_and_wiped(embedded_graph: GraphHandle) -> None:
    embedded_graph.wipe()
    assert "1 passed" in outcome(embedded_graph.settings)


def test_data_of_a_given_server_are_not_touched(embedded_graph: GraphHandle) -> None:
    embedded_graph.wipe()
    embedded_graph.driver.execute_query("CREATE (:Precious)", database_=embedded_graph.database)
    assert "is not empty, and the tests delete all they find" in outcome(embedded_graph.settings)
    kept = embedded_graph.driver.execute_query("MATCH (n) RETURN labels(n)", database_=embedded_graph.database)
    assert [record[0] for record in kept.records] == [["Precious"]]
