"""Letting the links of a chain, and its rejects, go on where the checkpoint is."""

from __future__ import annotations

from typing import Any

from etl_host.core.errors import LostRejects, RunRefused
from etl_host.core.sink import Sink
from etl_host.core.source import Source
from etl_host.core.validator import Validator
from etl_host.delivery.plan import BEGIN_AGAIN
from etl_host.delivery.progress import Progress


def go_on_from(progress: Progress, sink: Sink[Any]) -> None:
    """Prepare the chain of ``sink``.

    Raises RunRefused where a link can't go on in the middle, LostRejects where rejects of earlier attempts are missing.
    """
    source = sink.links()[0]
    origin = progress.at.origin
    if origin:
        _refuse_what_cannot_go_on(progress, sink)
    if isinstance(source, Source):
        source.after = progress.at if origin else None
    rejects_go_on_from(progress, sink)


def rejects_go_on_from(progress: Progress, sink: Sink[Any]) -> None:
    """Drop rejects of rows that are not committed. Raises LostRejects where some of those committed are missing."""
    origin = progress.at.origin
    rejected = int(progress.state.statistics.get("rejected_rows", 0))
    kept = sink.task.rejects.begin({None: origin, progress.key.bucket: origin}, rejected)
    if kept < rejected:
        raise LostRejects(
            f"{sink.task.rejects.path} holds {kept} of the {rejected} rows that task {sink.task.name} rejected before",
            remedy=f"put the file back, or {BEGIN_AGAIN}",
        )


def can_go_on(source: object) -> bool:
    """Whether ``source`` gives the same rows again, from any position on."""
    return isinstance(source, Source) and source.resumable


def _refuse_what_cannot_go_on(progress: Progress, sink: Sink[Any]) -> None:
    source, *others = sink.links()
    reasons = [] if can_go_on(source) else [f"{source.label} can't go on from a position"]
    for link in others:
        if isinstance(link, Validator) and link.stateful:
            reasons.append(f"what {link.label} does with a row depends on the rows before it")
    if reasons:
        raise RunRefused(
            f"task {sink.task.name} of run {progress.key.run} has committed {progress.state.balance.read:,} rows "
            f"and can't go on: {', and '.join(reasons)}",
            remedy=BEGIN_AGAIN,
        )
