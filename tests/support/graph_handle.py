"""What a test gets of a graph server, whichever server it is."""

from __future__ import annotations

from dataclasses import dataclass

from neo4j import Driver

DELETE_SOME = "MATCH (n) WITH n LIMIT 20000 DETACH DELETE n RETURN count(*) AS deleted"


@dataclass(frozen=True)
class GraphHandle:
    """A running graph server: where it is, how to log in, and a driver that is logged in."""

    uri: str
    username: str
    password: str  # empty where the server wants none
    database: str
    driver: Driver

    @property
    def settings(self) -> dict[str, str]:
        """What a user would put into the environment for this server."""
        return {
            "NEO4J_URI": self.uri,
            "NEO4J_USERNAME": self.username,
            "NEO4J_PASSWORD": self.password,
            "NEO4J_DATABASE": self.database,
        }

    def wipe(self) -> None:
        """Delete everything: nodes, relationships, constraints and indexes."""
        while self._values(DELETE_SOME) != [0]:  # in parts: a large graph is more than one transaction can hold
            pass
        for name in self._values("SHOW CONSTRAINTS YIELD name"):
            self._values(f"DROP CONSTRAINT {_escaped(name)}")
        for name in self._values("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
            self._values(f"DROP INDEX {_escaped(name)}")

    def _values(self, query: str) -> list[object]:
        return [record[0] for record in self.driver.execute_query(query, database_=self.database).records]


def _escaped(name: object) -> str:
    return "`" + str(name).replace("`", "``") + "`"
