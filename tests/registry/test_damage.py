"""What other libraries see of a damaged ``.dist-info``."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata

import pytest

from etl_host.registry.damage import leaving_out_damage
from plugin_folder import PluginFolder

DAMAGES = pytest.mark.parametrize("entry_points", [b"[other]\n\xff\xfe = x\n", b"[other]\nnonsense\n"])


@DAMAGES
def test_entry_points_leave_out_what_is_damaged_and_no_more(folder: PluginFolder, entry_points: bytes) -> None:
    folder.distribution("bad", entry_points)
    folder.distribution("good", "[some.group]\nname = module\n")
    with pytest.raises((UnicodeDecodeError, TypeError, ValueError)):
        metadata.entry_points(group="some.group")
    with leaving_out_damage():
        assert [point.value for point in metadata.entry_points(group="some.group")] == ["module"]
        assert "pytest" in {point.name for point in metadata.entry_points(group="console_scripts")}
        assert {"bad", "good"} <= {each.metadata["Name"] for each in metadata.distributions()}
    with pytest.raises((UnicodeDecodeError, TypeError, ValueError)):
        metadata.entry_points(group="some.group")


def test_without_damage_nothing_is_different() -> None:
    usual = metadata.entry_points(group="console_scripts")
    with leaving_out_damage():
        assert tuple(metadata.entry_points(group="console_scripts")) == tuple(usual)


@pytest.mark.parametrize("library", ["fsspec", "pydantic; pydantic.create_model('Model')"])
def test_libraries_that_would_raise_do_not(folder: PluginFolder, library: str) -> None:
    folder.distribution("bad", b"[other]\n\xff\xfe = x\n")
    environment = os.environ | {"PYTHONPATH": str(folder.path)}
    plain = f"import {library}"
    shielded = f"from etl_host.registry.damage import leaving_out_damage\nwith leaving_out_damage(): {plain}"
    codes = [
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True).returncode
        for code in (plain, shielded)
    ]
    assert codes == [1, 0]
