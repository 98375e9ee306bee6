"""A CSV file into Neo4j in three lines: subclass, model, query."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from pydantic import BaseModel

from etl_host import BatchProcessor, ChainTask, ETLContext, FileLike
from etl_host_csv import CSVBatchProcessor
from etl_host_neo4j.sink import CypherBatchProcessor
from etl_host_pydantic import ValidationBatchProcessor


class CSVLoad2Neo4jTask(ChainTask):
    """Loads a CSV file through a model and a query::

        class LoadStops(CSVLoad2Neo4jTask):
            def _query(self) -> str:
                return "UNWIND $batch AS row MERGE (s:Stop {id: row.stop_id}) SET s.name = row.stop_name"

        LoadStops(context, "stops.txt", Stop).execute()

    ``model``: a pydantic model that each row must fit; None lets every row pass as text.
    """

    def __init__(
        self,
        context: ETLContext,
        file: FileLike,
        model: type[BaseModel] | None = None,
        batch_size: int = 5000,
        *,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        super().__init__(context, name=name, optional=optional)
        self.file = file
        self.model = model
        self.batch_size = batch_size

    @abstractmethod
    def _query(self) -> str:
        """Cypher that loads the rows in ``$batch``."""

    def chain(self) -> BatchProcessor[Any]:
        csv = CSVBatchProcessor(self.file, self.context, self)
        validator = ValidationBatchProcessor(self.context, self, csv, self.model)
        return CypherBatchProcessor(self.context, self, validator, self._query())
