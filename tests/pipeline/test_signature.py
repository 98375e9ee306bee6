from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NotRequired, TypedDict, Unpack

import pytest
from pydantic import Field

from etl_host.pipeline.signature import REQUIRED, SignatureError, options_of, shorthand

if TYPE_CHECKING:
    from decimal import Decimal

    from etl_host import ETLContext, Task


class Base:
    def __init__(self, context: ETLContext, task: Task, *, size: int = 5, name: str = "x") -> None: ...


class FixesAnOption(Base):
    def __init__(self, file: Annotated[str, "The file."], size: int = 9, **kwargs: Any) -> None: ...


class Keys(TypedDict, total=False):
    left: int
    right: str


class MixedKeys(TypedDict):
    always: int
    maybe: NotRequired[str]


class TakesKeys:
    def __init__(self, first: int, **kwargs: Unpack[Keys]) -> None: ...


class TakesMixedKeys:
    def __init__(self, **kwargs: Unpack[MixedKeys]) -> None: ...


@dataclass
class IsADataclass:
    file: str
    size: int = 3


class Inherits(FixesAnOption):
    pass


class ForTests:
    def __init__(self, from_: str, predecessor: object = None, *rest: object, _clock: object = None) -> None: ...


class AnyTask:
    def __init__(self, context: ETLContext, words: str, task: int, name: str = "", optional: bool = False) -> None: ...


class NoOptions:
    pass


def shown(target: Callable[..., Any], kind: str = "source") -> list[tuple[str, object, object, bool]]:
    return [(option.written, option.type, option.default, option.positional) for option in options_of(target, kind)]


def test_options_are_the_parameters_that_the_host_does_not_fill() -> None:
    assert shown(Base) == [("size", int, 5, False), ("name", str, "x", False)]


def test_kwargs_stand_for_the_next_constructor_and_what_a_subclass_says_wins() -> None:
    expected = [
        ("file", Annotated[str, "The file."], REQUIRED, True),
        ("size", int, 9, True),
        ("name", str, "x", False),
    ]
    assert shown(FixesAnOption) == expected
    assert shown(Inherits) == expected


def test_kwargs_may_be_the_keys_of_a_typed_dict() -> None:
    assert [(name, kind) for name, kind, _, _ in shown(TakesKeys)] == [("first", int), ("left", int), ("right", str)]
    assert [option.default is REQUIRED for option in options_of(TakesKeys, "source")] == [True, False, False]
    assert [option.default is REQUIRED for option in options_of(TakesMixedKeys, "source")] == [True, False]


def test_a_dataclass_and_a_function_have_signatures_too() -> None:
    def function(file: str, size: int = 3) -> None: ...

    assert shown(IsADataclass) == shown(function) == [("file", str, REQUIRED, True), ("size", int, 3, True)]


def test_an_underscore_in_front_hides_a_parameter_and_one_behind_is_not_written() -> None:
    assert shown(ForTests) == [("from", str, REQUIRED, True)]


def test_name_and_optional_of_a_task_are_the_hosts() -> None:
    assert [name for name, *_ in shown(AnyTask, "task")] == ["words", "task"]


def test_a_class_without_a_constructor_has_no_options() -> None:
    assert shown(NoOptions) == []
    assert shorthand(options_of(NoOptions, "source")) is None


def test_the_first_option_that_may_be_passed_by_position_is_the_short_one() -> None:
    option = shorthand(options_of(FixesAnOption, "source"))
    assert option is not None
    assert option.name == "file"
    assert shorthand(options_of(Base, "source")) is None


class NoType:
    def __init__(self, size=5): ...  # type: ignore[no-untyped-def]


class PositionalOnly:
    def __init__(self, size: int, /) -> None: ...


class FieldAsDefault:
    def __init__(self, size: int = Field(5)) -> None: ...


class HiddenType:
    def __init__(self, size: Decimal) -> None: ...


class OddKwargs:
    def __init__(self, **kwargs: int) -> None: ...


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (NoType, "NoType: parameter size has no type annotation"),
        (PositionalOnly, "PositionalOnly: parameter size is positional-only"),
        (FieldAsDefault, r"FieldAsDefault: parameter size: write Annotated\[T, Field\(...\)\] = default"),
        (HiddenType, "HiddenType: parameter size: name 'Decimal' is not defined; import it at the top of the module"),
        (OddKwargs, r"OddKwargs: \*\*kwargs must be Any or Unpack\[a TypedDict\]"),
    ],
)
def test_a_constructor_that_is_no_schema_is_refused(target: Callable[..., Any], message: str) -> None:
    with pytest.raises(SignatureError, match=message):
        options_of(target, "source")


@pytest.mark.parametrize("annotation", ["1/0", "no.Such", "not a type!"])
def test_an_annotation_that_can_not_be_read_is_the_authors_to_mend(annotation: str) -> None:
    class Odd:
        def __init__(self, size: int) -> None: ...

    Odd.__init__.__annotations__["size"] = annotation
    with pytest.raises(SignatureError, match="size"):
        options_of(Odd, "source")
