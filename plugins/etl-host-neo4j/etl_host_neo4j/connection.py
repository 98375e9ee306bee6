"""A connection to a Neo4j database: one driver, and one store of checkpoints."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Self, TypeVar

from pydantic import SecretStr

from etl_host import ConnectionFailed, ConnectionMissing, Fault, Problem
from etl_host_neo4j.faults import classify
from etl_host_neo4j.server_check import check_server
from etl_host_neo4j.store import Neo4jStore

if TYPE_CHECKING:
    import neo4j

R = TypeVar("R")

MOST_PATIENCE: Final = 10.0
"""Seconds after which a commit no longer waits for its turn."""

RETRY_TIME: Final = 30.0
"""Seconds in which a transaction that bears being repeated is: as long as the driver takes for its own."""

_USER = re.compile(r"(?<=://).*@|^(?!.*://).*@|\?.*")
_ONLY_ADDRESS = "leave user, password and options out of the address; set NEO4J_USERNAME and NEO4J_PASSWORD"
_REMEDY = (
    "set NEO4J_URI (and NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE), or use the embedded graph with --embedded"
)
_REMEDIES = (
    ("Neo.ClientError.Security.", "correct NEO4J_USERNAME and NEO4J_PASSWORD, or username and password in the file"),
    ("Neo.ClientError.Database.", "correct NEO4J_DATABASE, or database in the file"),
)


class Neo4jConnection:
    """A Neo4j database. Connects on first use; the password is never shown."""

    look: str | None = 'etl-host query "MATCH (n) RETURN labels(n) AS labels, count(*) AS nodes"'
    """A command that shows what the database holds."""

    def __init__(
        self,
        uri: Annotated[str, "Where the server is, e.g. neo4j://localhost:7687."],
        *,
        username: Annotated[str, "Who logs in."] = "neo4j",
        password: Annotated[SecretStr | None, "The password; without one, the server must want none."] = None,
        database: Annotated[str, "Which of the server's databases."] = "neo4j",
        transaction_timeout: Annotated[float, "Seconds after which the server ends a transaction."] = 600.0,
    ) -> None:
        self.uri = uri
        self.username = username
        self.password = SecretStr(password) if isinstance(password, str) else password
        self.database = database
        self.transaction_timeout = transaction_timeout
        self._driver: neo4j.Driver | None = None
        self._bookmarks: Any = None
        self._mutex = threading.RLock()
        self._commits = threading.Lock()
        self.trial: neo4j.Transaction | None = None
        """The transaction that all is written in while a load is only tried; see the store's ``trial``."""

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        """The connection that NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE describe; its name
        is neo4j.
        """
        if name != "neo4j":
            raise ConnectionMissing(
                f"there is no connection called {name}",
                remedy=f"add it under connections: {name}: {{kind: neo4j, uri: …}}",
            )
        if not settings.get("NEO4J_URI"):
            raise ConnectionMissing("no Neo4j is given: NEO4J_URI is not set", remedy=_REMEDY)
        password = settings.get("NEO4J_PASSWORD")
        return cls(
            settings["NEO4J_URI"],
            username=settings.get("NEO4J_USERNAME") or "neo4j",
            password=SecretStr(password) if password else None,
            database=settings.get("NEO4J_DATABASE") or "neo4j",
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __str__(self) -> str:
        """Address and database, for messages; without a user or password that stands in the address."""
        return f"{_USER.sub('', self.uri)}, database {self.database}"

    @property
    def driver(self) -> neo4j.Driver:
        """The driver, made and tried on first use.

        Raises ConnectionFailed where the server does not let it in.
        """
        with self._mutex:
            if self._driver is None:
                self._driver = self.connect()
            return self._driver

    def connect(self) -> neo4j.Driver:
        """A new driver to the server, which has answered."""
        import neo4j

        auth = (self.username, self.password.get_secret_value()) if self.password else None
        try:
            driver = neo4j.GraphDatabase.driver(self.uri, auth=auth, notifications_min_severity="OFF")
        except (neo4j.exceptions.ConfigurationError, ValueError) as error:
            remedy = _ONLY_ADDRESS if _USER.search(self.uri) else _REMEDY
            raise ConnectionFailed(f"{self} is no address of a Neo4j ({type(error).__name__})", remedy=remedy) from None
        try:
            with driver.session(database=self.database) as session:
                session.begin_transaction().run("RETURN 1").consume()
        except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError, ValueError) as error:  # of a name or port
            driver.close()
            raise ConnectionFailed(f"no connection to {self}: {error}", remedy=_remedy(error)) from error
        except BaseException:
            driver.close()
            raise
        return driver

    @cached_property
    def bolt(self) -> tuple[int, int]:
        """The version of the Bolt protocol that is spoken with the server; (0, 0) where it is another protocol."""
        return (0, 0) if self.uri.startswith("http") else self.driver.get_server_info().protocol_version

    @property
    def explains_schema(self) -> bool:
        """Whether EXPLAIN leaves the schema alone: what is only compatible with Neo4j may really change it."""
        return self._is_neo4j

    @property
    def takes_lanes(self) -> bool:
        """Whether several transactions may write at once: what is only compatible with Neo4j may lock whole pages."""
        return self._is_neo4j

    @cached_property
    def _is_neo4j(self) -> bool:
        return "compatible" not in self.driver.get_server_info().agent

    @contextmanager
    def commit_turn(self) -> Iterator[None]:
        """Lets one commit at a time be, where whoever commits says so.

        Nobody waits for ever: the commit under way may itself wait for what the next one holds.
        """
        is_mine = self._commits.acquire(timeout=MOST_PATIENCE)
        try:
            yield
        finally:
            if is_mine:
                self._commits.release()

    @property
    def exists(self) -> bool:
        """Whether there is a database to look at; asks nobody. A server is taken to have one."""
        return True

    def check(self) -> Iterable[Problem]:
        """What can be said of the server beforehand. Raises ConnectionFailed."""
        return check_server(self)

    def session(self) -> neo4j.Session:
        """A session of its own; sessions of one connection see what the others committed."""
        import neo4j

        with self._mutex:
            driver = self.driver
            if self._bookmarks is None:
                self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        return driver.session(database=self.database, bookmark_manager=self._bookmarks)

    def run(self, query: str, parameters: Mapping[str, Any] | None = None) -> tuple[list[str], list[list[Any]]]:
        """Column names and rows of ``query``, in one transaction that is committed."""
        with self.transaction() as transaction:
            result = transaction.run(query, dict(parameters or {}))
            names, rows = list(result.keys()), [list(record.values()) for record in result]
            transaction.commit()
        return names, rows

    @contextmanager
    def transaction(
        self, metadata: Mapping[str, Any] | None = None, timeout: float | None = None
    ) -> Iterator[neo4j.Transaction]:
        """A transaction; what of it is not committed by its end is rolled back.

        The end of its session does that. The transaction itself must not be closed: once it has failed, the driver's
        pool may have given its connection to another thread, whose transaction it would roll back instead.
        """
        with self.session() as session:
            yield session.begin_transaction(metadata=dict(metadata or {}), timeout=timeout)

    def transact(
        self,
        work: Callable[[neo4j.Transaction], R],
        metadata: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> R:
        """What ``work`` gives, in a transaction that is then committed.

        Done again after a transient fault, for RETRY_TIME, so it must bear being repeated. Also where the answer to its
        COMMIT is lost.
        """
        import stamina

        for attempt in stamina.retry_context(
            on=_may_heal, attempts=None, timeout=RETRY_TIME, wait_initial=0.05, wait_max=2.0, wait_jitter=0.05
        ):
            with attempt, self.transaction(metadata, timeout) as transaction:
                done = work(transaction)
                transaction.commit()
                return done
        raise AssertionError("retry_context ends with a result or an error")

    @cached_property
    def store(self) -> Neo4jStore:
        """The checkpoints and run records in this database."""
        return Neo4jStore(self)

    def close(self) -> None:
        with self._mutex:
            driver, self._driver = self._driver, None
            if driver is not None:
                driver.close()


def _may_heal(error: BaseException) -> bool:
    return isinstance(error, Exception) and classify(error) is Fault.TRANSIENT


def _remedy(error: Exception) -> str:
    code = getattr(error, "code", None) or ""
    return next((remedy for prefix, remedy in _REMEDIES if code.startswith(prefix)), f"start the server; or {_REMEDY}")
