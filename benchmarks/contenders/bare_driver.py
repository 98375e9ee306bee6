"""The Neo4j driver alone, with batches that are ready in plain lists. Options: ``file``, ``model``, ``query``."""

from __future__ import annotations

import csv
import os
from typing import Any

import models
from neo4j import Driver, GraphDatabase
from stopwatch import measure, options

BATCH_SIZE = 5000


def rows() -> list[list[dict[str, Any]]]:
    """The rows of the file, validated, in batches."""
    model = getattr(models, told["model"])
    with open(told["file"], newline="", encoding="utf-8") as file:
        valid = [
            model.model_validate({key: value or None for key, value in row.items()}).model_dump(mode="json")
            for row in csv.DictReader(file)
        ]
    return [valid[begin : begin + BATCH_SIZE] for begin in range(0, len(valid), BATCH_SIZE)]


def load(driver: Driver, batches: list[list[dict[str, Any]]]) -> int:
    """Return how many rows were written."""
    with driver.session(database=os.environ["NEO4J_DATABASE"]) as session:
        for batch in batches:
            with session.begin_transaction() as transaction:
                transaction.run(told["query"], batch=batch).consume()
                transaction.commit()
    return sum(map(len, batches))


told = options()
login = (os.environ["NEO4J_USERNAME"], os.environ["NEO4J_PASSWORD"])
with GraphDatabase.driver(os.environ["NEO4J_URI"], auth=login) as driver:
    batches = rows()
    driver.verify_connectivity()
    measure(lambda: load(driver, batches))
