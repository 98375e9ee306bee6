"""Who brings processors: what is installed, what became of it, and which class a name stands for.

Plugins need the two names exported here. ``lookup.Registry`` is what the rest of the host uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl_host.registry.spec import ProcessorSpec

if TYPE_CHECKING:
    from etl_host.registry.hookspecs import hookimpl

__all__ = ["ProcessorSpec", "hookimpl"]


def __getattr__(name: str) -> object:
    if name != "hookimpl":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from etl_host.registry.hookspecs import hookimpl  # not before it is needed: imports pluggy

    return hookimpl
