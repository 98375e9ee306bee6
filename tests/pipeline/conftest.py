"""A folder with a pipeline file, away from the working folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline_folder import PipelineFolder
from toy_plugin import Listener, Say
from toy_store import Toy


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PipelineFolder]:
    """The working folder is ``elsewhere``, the pipeline's is ``home``."""
    for name in ("elsewhere", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    yield PipelineFolder(tmp_path / "home")
    Listener.heard.clear()
    Say.said.clear()
    Toy.stores.clear()
