"""How a contract's class becomes checks; what they find is in ``test_twins.py``."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from etl_host import ETLContext, Sink, Task
from etl_host.testing import SinkContract, SourceContract, ValidatorContract
from tests.testing.twins.lines import Lines
from tests.testing.twins.sources import NumbersWithinTheBatch
from tests.testing.twins.validators import Increments


def checks_of(contract: type) -> set[str]:
    return {name for name in dir(contract) if name.startswith("test_") and getattr(contract, name) is not None}


def test_checks_of_what_is_not_declared_are_not_collected() -> None:
    class Resumable(SourceContract):
        processor = Lines

    class NotResumable(SourceContract):
        processor = NumbersWithinTheBatch

    missing = checks_of(Resumable) - checks_of(NotResumable)
    assert missing == {
        "test_it_gives_the_same_rows_again",
        "test_it_continues_from_every_position",
        "test_it_notices_a_changed_input",
    }


def test_without_a_store_there_are_no_checks_of_one() -> None:
    class WithoutStore(SinkContract):
        processor = Sink

    assert {name for name in checks_of(WithoutStore) if "run" in name or "overtaken" in name} == set()
    assert "test_the_rows_arrive" in checks_of(WithoutStore)


def test_a_stateful_validator_may_depend_on_rows_before() -> None:
    class Stateful(Increments):
        stateful = True

    class OfStateful(ValidatorContract):
        processor = Stateful

    assert "test_state_is_declared" not in checks_of(OfStateful)


def test_a_check_without_secrets_is_not_collected() -> None:
    class WithoutSecret(Lines):
        def __init__(self, context: ETLContext, task: Task) -> None: ...

    class OfWithoutSecret(SourceContract):
        processor = WithoutSecret

    class OfLines(SourceContract):
        processor = Lines

    assert checks_of(OfLines) - checks_of(OfWithoutSecret) == {"test_secrets_are_never_shown"}


def test_what_a_contract_has_nothing_to_check_of_one_that_extends_it_may() -> None:
    class NotResumable(SourceContract):
        processor = NumbersWithinTheBatch

    class Resumable(NotResumable):
        processor = Lines  # type: ignore[assignment]

    class OfLines(SourceContract):
        processor = Lines

    assert checks_of(Resumable) == checks_of(OfLines)


def test_an_expected_failure_is_marked_in_that_class_alone() -> None:
    reasons: Mapping[str, str] = {"test_it_gives_the_rows": "it is random"}

    class Expected(SourceContract):
        processor = Lines
        expected_failures = reasons

    marks = [mark.name for mark in Expected.test_it_gives_the_rows.pytestmark]  # type: ignore[attr-defined]
    assert sorted(marks) == ["parametrize", "xfail"]
    [mark] = SourceContract.test_it_gives_the_rows.pytestmark  # type: ignore[attr-defined]
    assert mark.name == "parametrize"


@pytest.mark.parametrize("name", ["test_it_gives_rows", "options", "test_it_notices_a_changed_input"])
def test_an_expected_failure_that_is_no_check_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"Mistaken.expected_failures: there is no check {name}"):
        type(
            "Mistaken",
            (SourceContract,),
            {"processor": NumbersWithinTheBatch, "expected_failures": {name: "who knows"}},
        )


def test_a_check_can_be_overridden_though_it_is_not_for_what_was_declared() -> None:
    class Overriding(SourceContract):
        processor = NumbersWithinTheBatch

        def test_it_notices_a_changed_input(self) -> None:  # type: ignore[override]
            """In a way of its own."""

    assert "test_it_notices_a_changed_input" in checks_of(Overriding)
