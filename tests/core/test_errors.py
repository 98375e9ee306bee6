from __future__ import annotations

from itertools import combinations

import pytest

from etl_host import EtlHostError, ExitCode, Fenced, Interrupted, LostRejects, OptionError
from etl_host.core import errors
from etl_host.core.errors import Limited, exit_code_of, text_of, worst

CODES = [6, 5, 1, 4, 2, 3, 0]  # the worst first


@pytest.mark.parametrize("codes", [pair for n in range(4) for pair in combinations(CODES, n)])
def test_the_worst_exit_code_wins(codes: tuple[int, ...]) -> None:
    assert worst({ExitCode(code) for code in codes}) == (codes[0] if codes else 0)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (None, 0),
        (ValueError(), 1),
        (SystemExit(0), 1),
        (KeyboardInterrupt(), 5),
        (Interrupted(""), 5),
        (Fenced(""), 6),
        (LostRejects(""), 2),
        (OptionError("delimiter", ""), 2),
    ],
)
def test_an_error_stands_for_an_exit_code(error: BaseException | None, code: int) -> None:
    assert exit_code_of(error) == code


def test_every_kind_of_error_has_a_name_of_its_own_and_never_exits_with_99() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, EtlHostError)]
    assert len({kind.code for kind in kinds}) == len(kinds) > 10
    for kind in kinds:
        assert kind.code.replace("-", "").isalpha()
        assert kind.code == kind.code.lower()
        assert kind.exit_code != 99
        assert kind.exit_code != 0 or kind is Limited  # whoever asked for few rows got them


def test_a_remedy_is_kept_beside_the_message() -> None:
    error = EtlHostError("the file is missing", remedy="make it")
    assert (str(error), error.remedy) == ("the file is missing", "make it")
    assert EtlHostError("x").remedy is None


def test_a_wrong_option_is_a_wrong_value_and_names_the_option() -> None:
    error = OptionError("delimiter", "two characters", remedy="give one")
    assert isinstance(error, ValueError)
    assert (error.option, str(error), error.remedy) == ("delimiter", "two characters", "give one")


def test_an_error_that_fails_to_tell_its_message_is_told_all_the_same() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise OSError("no voice")

    assert text_of(Mute()) == "(its message can't be shown: OSError)"
    assert text_of(ValueError("loud")) == "loud"
