"""The connection that stands in for a Neo4j server with a graph of the working folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import SecretStr

from etl_host import OptionError
from etl_host_arcadedb.server import EmbeddedServer
from etl_host_neo4j import Neo4jConnection

if TYPE_CHECKING:
    import neo4j

DEFAULT_FOLDER = Path(".etl-host/embedded")


class ArcadeDBConnection(Neo4jConnection):
    """A graph in a folder. Its server is started on first use and stopped when the connection is closed."""

    def __init__(
        self,
        folder: Annotated[Path, "Where the data are, relative to the working folder."] = DEFAULT_FOLDER,
        *,
        heap: Annotated[str, "The most memory that the server may use, e.g. 512m or 4g."] = "1g",
    ) -> None:
        """Start nothing yet; raises OptionError for a ``heap`` that is no size."""
        if not re.fullmatch(r"[1-9][0-9]*[kmg]", heap, re.IGNORECASE):
            raise OptionError("heap", f"{heap!r} is no size of memory; one is 512m or 4g")
        self.server = EmbeddedServer(folder, heap=heap)
        super().__init__("bolt://127.0.0.1", username=self.server.username, database=self.server.database)
        # the command finds the graph in the default folder only
        self.look = f"{super().look} --embedded" if folder == DEFAULT_FOLDER else None

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        """The graph in the default folder, whatever the environment says."""
        return cls()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.server.folder)!r})"

    def __str__(self) -> str:
        return f"the embedded graph in {self.server.folder}"

    @property
    def exists(self) -> bool:
        """Whether something was ever loaded into it, or tried to be."""
        return (self.server.folder / "databases").is_dir()

    def connect(self) -> neo4j.Driver:
        """Start the server and give a driver to it; raises Locked and ConnectionFailed."""
        self.server.start()
        self.uri, self.password = self.server.uri, SecretStr(self.server.password)
        try:
            return super().connect()
        except BaseException:
            self.server.stop()
            raise

    def close(self) -> None:
        """Close the driver and stop the server, if they were used."""
        try:
            super().close()
        finally:
            self.server.stop()
