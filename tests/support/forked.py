"""Work in a process of its own, which may really die."""

from __future__ import annotations

import json
import os
import signal
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any


def kill_me() -> None:
    """What ``kill -9`` does: nothing is flushed, closed or told."""
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_child(work: Callable[[], Any], result_file: Path) -> Any:
    """What ``work`` returns (plain JSON), done in a child of this process; None where the child was killed.

    Raises AssertionError, with its traceback, where it failed otherwise.
    """
    _, status = os.waitpid(forked(work, result_file), 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert os.WEXITSTATUS(status) == 0, result_file.read_text()
    return json.loads(result_file.read_text())


def forked(work: Callable[[], Any], result_file: Path) -> int:
    """The number of a child that does ``work``, and writes what it returns, or its traceback, to the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other tests' threads: the child does not need them
        child = os.fork()
    if child == 0:
        code = 1
        try:
            result_file.write_text(json.dumps(work()))
            code = 0
        except BaseException:
            result_file.write_text(traceback.format_exc())
        finally:
            os._exit(code)
    return child
