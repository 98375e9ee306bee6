"""``--profile``: where the time of a load goes, function by function, as a page for the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from etl_host.cli.errors import show

EXTRA = 'pip install "etl-host[profile]"'


@contextmanager
def profiled(file: str | None) -> Iterator[None]:
    """Write the profile of the block to ``file``, however it ends; None: do without.

    It sees this thread only. Raises UsageError where the profiler isn't installed.
    """
    if file is None:
        yield
        return
    try:
        from pyinstrument import Profiler
    except ImportError as error:
        raise click.UsageError(f"--profile needs pyinstrument: {EXTRA}") from error
    profiler = Profiler()
    profiler.start()
    try:
        yield
    finally:
        profiler.stop()
        try:
            Path(file).write_text(profiler.output_html(), encoding="utf-8")
        except OSError as error:  # the load has ended as it has, and the exit code must say so
            show(f"the profile can't be written to {file}: {error.strerror}")
