"""Asks the sources of all plugins which of them knows a file: no format is known here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etl_host.cli.starter.errors import UnknownInput
from etl_host.core.errors import InputError, text_of
from etl_host.core.files.location import FileLocation
from etl_host.core.source import Source
from etl_host.pipeline.signature import options_of, shorthand
from etl_host.registry.errors import RegistryError
from etl_host.registry.lookup import Registry


@dataclass(frozen=True)
class Answer:
    """``name``: how a pipeline file calls the source. ``options``: all that it wants, the file too."""

    name: str
    target: type[Source[Any]]
    options: Mapping[str, Any]


def asked(location: FileLocation, written: str, registry: Registry) -> Answer:
    """The source that knows the file; ``written``: how a pipeline file names it.

    That others say why it can't be read counts only where none knows it. Raises UnknownInput, InputError.
    """
    answers: list[Answer] = []
    refusals: dict[str, InputError] = {}
    sources = dict(_sources(registry))
    for name, target in sources.items():
        try:
            options = target.recognise(location)
        except InputError as error:
            refusals[name] = error
        except Exception as error:  # whatever a plugin does wrong, another one may know the file
            refusals[name] = InputError(f"{location}: source {name} failed: {type(error).__name__}: {text_of(error)}")
        else:
            if options is not None:
                answers.append(Answer(name, target, _with_file(target, written, options)))
    if len(answers) == 1:
        return answers[0]
    raise _unknown(location, answers) if answers else _refused(location, refusals) or _unheard_of(location, [*sources])


def _sources(registry: Registry) -> Iterator[tuple[str, type[Source[Any]]]]:
    """By name; by the qualified one where plugins share a name."""
    offers = registry.specs("source")
    taken = Counter(offer.spec.name for offer in offers)
    for offer in offers:
        try:
            target = offer.target()
        except RegistryError:
            continue  # list-plugins tells why
        if isinstance(target, type) and issubclass(target, Source):
            yield offer.spec.name if taken[offer.spec.name] == 1 else offer.qualified, target


def _with_file(target: type[Source[Any]], written: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    first = shorthand(options_of(target, "source"))
    return {**({first.written: written} if first else {}), **options}


def _unknown(location: FileLocation, answers: Sequence[Answer]) -> UnknownInput:
    names = " and ".join(answer.name for answer in answers)
    return UnknownInput(f"{location}: several sources know it, {names}", remedy="leave one out: --disable-plugin NAME")


def _refused(location: FileLocation, refusals: Mapping[str, InputError]) -> InputError | None:
    """One error with all that is said; None where nothing is."""
    said = {str(error): name for name, error in refusals.items()}
    if len(said) <= 1:
        return next(iter(refusals.values()), None)
    lines = [f"  {name}: {text.removeprefix(f'{location}: ')}" for text, name in said.items()]
    return InputError("\n".join([f"{location}: no source can read it", *lines]))


def _unheard_of(location: FileLocation, names: Sequence[str]) -> InputError | UnknownInput:
    if not location.exists():
        return InputError(f"{location}: there is no such file")
    return UnknownInput(
        f"{location}: no source that is installed knows what it is; there are: {', '.join(names) or 'none'}",
        remedy='install the plugin for it; for CSV files: pip install "etl-host[standard]"',
    )
