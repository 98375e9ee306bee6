from __future__ import annotations

from etl_host import BatchResults, ETLContext, Row, Validator
from number_links import CollectNumbers, Numbers, SortOut, passed_on, rejected


class UpperCase(Validator[Row, Row]):
    """A validator as its documentation shows one."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        return batch.with_chunk([{key: str(value).upper() for key, value in row.items()} for row in batch.chunk])


def test_a_validator_is_tested_alone_with_a_list(tmp_path: object) -> None:
    task = CollectNumbers(ETLContext(rejects_dir=str(tmp_path)), 0)
    validator = SortOut(task.context, task, Numbers(0, task.context, task))
    batch = validator.process(BatchResults([{"n": n} for n in range(1, 23)], {}, 22, range(1, 23)))
    task.rejects.close()
    assert [row["n"] for row in batch.chunk] == list(batch.origins or ()) == passed_on(22)
    assert batch.statistics["rejected_rows"] == len(rejected(22))


def test_validators_stand_behind_each_other() -> None:
    task = CollectNumbers(ETLContext(), 0)
    numbers = Numbers(5, task.context, task)
    twice = UpperCase(task.context, task, UpperCase(task.context, task, numbers))
    assert [list(batch.chunk) for batch in twice.get_batch(2)] == [
        [{"n": "1"}, {"n": "2"}],
        [{"n": "3"}, {"n": "4"}],
        [{"n": "5"}],
    ]


def test_an_empty_batch_and_its_position_go_on() -> None:
    task = CollectNumbers(ETLContext(), 0)
    [batch] = UpperCase(task.context, task, Numbers(0, task.context, task)).get_batch(9)
    assert (list(batch.chunk), batch.statistics, batch.position is not None) == ([], {"numbers_read": 0}, True)


def test_a_validator_keeps_no_state_unless_it_says_so() -> None:
    assert not UpperCase.stateful
