"""What waits to be written, and how little that is when the database is away for long."""

from __future__ import annotations

from dataclasses import replace

from etl_host import Balance, BatchFinished, Run, RunStarted
from etl_host_neo4j.history_notes import MOST, Notebook

RUN = RunStarted(Run.new("things", process={"host": "here", "pid": 1}))
BATCH = BatchFinished(
    run=RUN.run.id,
    path=("all", "load"),
    batch={"rows": 2, "attempt": 99},
    statistics={},
    balance=Balance(2, 2),
    seconds=1.0,
    rows_per_second=2.0,
    expected=None,
    share=0.5,
)


def test_a_count_that_is_called_like_a_property_does_not_stand_for_it() -> None:
    notebook = Notebook(RUN)
    notebook.batch_finished(BATCH)
    notes = notebook.taken()
    assert notes is not None
    [batch] = notes.batches
    assert (batch.properties["rows"], batch.properties["attempt"], batch.properties["number"]) == (2, 1, 1)


def test_what_is_written_is_not_taken_again_and_what_is_not_is() -> None:
    notebook = Notebook(RUN)
    notebook.batch_finished(BATCH)
    first = notebook.taken()
    assert first is not None
    notebook.batch_finished(BATCH)
    notebook.written(first, done=False)
    again = notebook.taken()
    assert again is not None
    assert [batch.number for batch in again.batches] == [1, 2]
    notebook.written(again, done=True)
    assert notebook.taken() is None
    notebook.batch_finished(BATCH)
    last = notebook.taken()
    assert last is not None
    assert [batch.number for batch in last.batches] == [3]


def test_of_too_many_batches_those_of_a_task_are_added_together() -> None:
    notebook, other = Notebook(RUN), replace(BATCH, path=("all", "other"))
    for n in range(1, MOST + 101):
        notebook.batch_finished(replace(BATCH, balance=Balance(2 * n, 2 * n)))
    notebook.batch_finished(other)
    notes = notebook.taken()
    assert notes is not None
    *_, last, of_other = notes.batches
    assert len(notes.batches) == MOST + 1
    assert (last.number, last.properties["batches"], last.properties["rows"]) == (MOST, 101, 2 * 101)
    assert last.properties["read"] == 2 * (MOST + 100)
    assert (of_other.path, of_other.number) == ("all/other", 1)


def test_a_batch_that_is_being_written_stays_as_it_is() -> None:
    notebook = Notebook(RUN)
    for _ in range(MOST):
        notebook.batch_finished(BATCH)
    taken = notebook.taken()
    assert taken is not None
    notebook.batch_finished(BATCH)
    assert taken.batches[-1].properties["batches"] == 1
    notebook.written(taken, done=True)
    rest = notebook.taken()
    assert rest is not None
    assert [(batch.number, batch.properties["batches"]) for batch in rest.batches] == [(MOST + 1, 1)]
