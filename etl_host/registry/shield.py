"""Between the host and the code of plugins: what they raise ends nothing, what they print does not reach stdout."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from etl_host.core.errors import text_of
from etl_host.core.visible import in_one_line
from etl_host.registry.plugin import Plugin


@contextmanager
def listening(plugin: Plugin) -> Iterator[None]:
    """Keep what code of ``plugin`` prints, and the time it takes, on its record. What C code prints escapes.

    The working folder stays what it is: the files of others are named from there.
    """
    printed, start = _Printed(), time.perf_counter()
    stdout = io.TextIOWrapper(printed, "utf-8", "replace", write_through=True)
    try:
        with redirect_stdout(stdout), _same_folder(), _threads_as_daemons():
            yield
    finally:
        plugin.printed += printed.text
        plugin.seconds += time.perf_counter() - start


class _Printed(io.BytesIO):
    """What is written, though a plugin may close it."""

    _kept = b""

    @property
    def text(self) -> str:
        return (self._kept if self.closed else self.getvalue()).decode(errors="replace")

    def close(self) -> None:
        if not self.closed:
            self._kept = self.getvalue()
        super().close()


@contextmanager
def _threads_as_daemons() -> Iterator[None]:
    """A thread that is started within it by this one does not keep the process from ending, whatever it says."""
    start, here = threading.Thread.start, threading.current_thread()

    def start_as_daemon(thread: threading.Thread) -> None:
        if threading.current_thread() is here:
            thread.daemon = True
        start(thread)

    threading.Thread.start = start_as_daemon  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        threading.Thread.start = start  # type: ignore[method-assign]


@contextmanager
def _same_folder() -> Iterator[None]:
    try:
        folder = os.getcwd()
    except FileNotFoundError:  # it was deleted: there is nothing to go back to
        yield
        return
    try:
        yield
    finally:
        os.chdir(folder)


@contextmanager
def attempt(plugin: Plugin) -> Iterator[None]:
    """Like ``listening``, and ``plugin`` becomes "broken" where its code raises. Raises only KeyboardInterrupt."""
    try:
        with listening(plugin):
            yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a plugin may not end the host
        plugin.becomes("broken", describe(error), remedy_for(error, plugin), error=error)


def describe(error: BaseException) -> str:
    """``error`` on one line that is not too long: its kind, and its message where it has one."""
    message = in_one_line(text_of(error))
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def remedy_for(error: BaseException, plugin: Plugin) -> str:
    """What to do about ``error``, raised by code of ``plugin``."""
    package = plugin.value.partition(":")[0].partition(".")[0]
    if isinstance(error, ImportError) and isinstance(error.name, str) and error.name:
        lacking = error.name.partition(".")[0]
        if lacking == "etl_host":
            return f"pip install --upgrade {plugin.distribution} etl-host"
        if isinstance(error, ModuleNotFoundError):
            reinstall = f"pip install --force-reinstall {plugin.distribution}"
            return reinstall if lacking == package else f"pip install {lacking}"
    return f"pip install --upgrade {plugin.distribution}, or disable it: --disable-plugin {plugin.name}"
