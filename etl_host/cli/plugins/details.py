"""What is known of a processor only when its class is imported: its options and what it can do."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Final

from etl_host.cli.plugins.option_words import in_words
from etl_host.core.sink import Sink
from etl_host.core.source import Source
from etl_host.core.validator import Validator
from etl_host.pipeline.signature import SignatureError, options_of
from etl_host.registry.errors import BrokenPlugin
from etl_host.registry.loaded import LoadedSpec
from etl_host.registry.shield import describe

WORDS: Final[Mapping[tuple[str, bool], str]] = {
    ("resumable", True): "goes on from a position after an interruption",
    ("resumable", False): "can't go on from a position: an interrupted load begins again",
    ("stateful", True): "stateful: after an interruption the chain is read from the beginning",
    ("stateful", False): "each batch by itself",
    ("transactional", True): "transactional: each row exactly once",
    ("transactional", False): "not transactional: each row at least once",
    ("concurrent", True): "in several lanes",
    ("concurrent", False): "in one lane",
}
"""What a capability, and the lack of it, means to a user."""


def details(processor: LoadedSpec) -> dict[str, Any]:
    """Its record. ``error``: why its class can't be used, "" where it can; then with ``remedy``."""
    known: dict[str, Any] = {
        "kind": processor.kind,
        "name": processor.spec.name,
        "summary": processor.spec.summary,
        "stands_in_for": processor.spec.stands_in_for,
        "error": "",
        "remedy": "",
        "capabilities": {},
        "options": [],
    }
    try:
        target = processor.target()
        options = [in_words(option) for option in options_of(target, processor.kind)]
    except BrokenPlugin as error:
        return known | {"error": str(error), "remedy": error.remedy or ""}
    except Exception as error:  # types and defaults may bring code of their own
        told = str(error) if isinstance(error, SignatureError) else describe(error)
        remedy = f"pip install --upgrade {processor.plugin.distribution}, or tell its author"
        return known | {"error": f"its options can't be read: {told}", "remedy": remedy}
    return known | {"capabilities": _capabilities(target), "options": options}


def abilities(record: Mapping[str, Any]) -> Sequence[str]:
    """The capabilities of a processor in words."""
    words = [WORDS[capability, has] for capability, has in record["capabilities"].items()]
    return [*words, *([f"stands in for {record['stands_in_for']}"] if record["stands_in_for"] else [])]


def _capabilities(target: object) -> dict[str, bool]:
    if not inspect.isclass(target):
        return {}
    if issubclass(target, Source):
        return {"resumable": target.resumable}
    if issubclass(target, Validator):
        return {"stateful": target.stateful}
    if issubclass(target, Sink):
        return {"transactional": target.store is not Sink.store, "concurrent": target.concurrent}
    return {}
