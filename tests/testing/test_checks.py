from __future__ import annotations

from collections.abc import Iterator

import pytest

from etl_host.testing.checks import check, must_raise


@check("put it on")
def the_hat(*, fails_with: BaseException | None = None) -> None:
    """The hat is on, since
    it is cold.
    """
    if fails_with is not None:
        raise fails_with


@pytest.mark.parametrize("error", [AssertionError("no hat"), KeyError("hat"), pytest.fail.Exception("no hat")])
def test_a_failure_carries_demand_and_remedy(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        the_hat(fails_with=error)
    assert raised.value.__notes__ == ["Demanded: The hat is on, since it is cold.\nRemedy: put it on"]


def test_what_was_to_be_raised_is_caught_and_other_errors_are_not() -> None:
    with must_raise(KeyError, "nothing was raised"):
        raise KeyError
    with pytest.raises(ValueError, match="another"), must_raise(KeyError, "nothing was raised"):
        raise ValueError("another")


def test_nothing_raised_is_a_failure() -> None:
    with pytest.raises(pytest.fail.Exception, match="nothing was raised"), must_raise(KeyError, "nothing was raised"):
        pass


def test_a_generator_that_swallows_an_error_and_ends_is_a_failure() -> None:
    def swallows() -> Iterator[int]:
        try:
            yield 1
        except KeyError:
            return

    numbers = iter(swallows())
    next(numbers)
    with pytest.raises(pytest.fail.Exception, match="swallowed"), must_raise(KeyError, "it was swallowed"):
        numbers.throw(KeyError())  # type: ignore[attr-defined]
