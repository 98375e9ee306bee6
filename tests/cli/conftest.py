"""A folder for plugins that tests make up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin_folder import PluginFolder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PluginFolder]:
    """First on ``sys.path``, beside what is really installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = PluginFolder(tmp_path)
    yield folder
    folder.forget()
