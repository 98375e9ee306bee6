from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import TextIO

import pytest

from etl_host.testing.watching import Held, must_close_everything, touched


def test_files_sockets_and_folders_are_seen(tmp_path: Path) -> None:
    with touched() as outside:
        (tmp_path / "a").write_text("a")
        socket.socket().close()
        list(tmp_path.iterdir())
    assert [event.split()[0] for event in outside] == ["open", "socket.__new__", "os.listdir"]


def test_what_an_import_reads_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imported_for_the_first_time.py").write_text("open(__file__).close()")
    monkeypatch.syspath_prepend(tmp_path)
    with touched() as outside:
        import imported_for_the_first_time  # type: ignore[import-not-found]  # noqa: F401
    assert outside == []


def test_other_threads_are_not_listened_to(tmp_path: Path) -> None:
    with touched() as outside:
        thread = threading.Thread(target=(tmp_path / "a").write_text, args=("a",))
        thread.start()
        thread.join()
    assert not any("a'" in event for event in outside if event.startswith("open"))


def test_what_is_still_open_is_named(tmp_path: Path) -> None:
    held, end = Held(), threading.Event()
    thread = threading.Thread(target=end.wait, name="worker")
    thread.start()
    with (tmp_path / "left").open("w"):
        [file, worker] = held.left_since()
    end.set()
    thread.join()
    assert str(tmp_path / "left") in file
    assert worker == "thread worker"
    assert held.left_since() == []


def test_what_is_opened_once_for_the_whole_process_is_no_leak(tmp_path: Path) -> None:
    shared: list[TextIO] = []

    def use() -> None:
        if not shared:
            shared.append((tmp_path / "shared").open("w"))

    must_close_everything(use)
    shared[0].close()


def test_what_is_only_forgotten_is_a_leak(tmp_path: Path) -> None:
    opened = []

    def use() -> object:
        file = (tmp_path / "file").open("w")
        opened.append(file)
        return file

    with pytest.raises(AssertionError, match=r"still open: .*file"):
        must_close_everything(use)
    for file in opened:
        file.close()
