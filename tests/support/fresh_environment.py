"""An environment into which wheels are really installed, without a network and in a second or two.

The packages that the host depends on come from the environment of the tests. The host and all plugins do not: only
what was installed as a wheel is there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"


def build_wheel(project: Path, folder: Path) -> Path:
    """The wheel of the project, built in ``folder``. hatchling comes from uv's cache, where `make` has put it."""
    out = folder / project.name
    _run(UV, "build", "--offline", "--wheel", "--python", sys.executable, "--out-dir", out, project)
    [wheel] = out.glob("*.whl")
    return wheel


class FreshEnvironment:
    """In the folder ``path``, which is made."""

    def __init__(self, path: Path) -> None:
        _run(UV, "venv", "--offline", "--python", sys.executable, path)
        self.path = path
        self.bin = path / "bin"
        self._dependencies = path / "dependencies"
        self._dependencies.mkdir()
        for entry in Path(sysconfig.get_path("purelib")).iterdir():
            if not entry.name.startswith(("etl_host", "_etl_host")) and entry.suffix != ".pth":
                (self._dependencies / entry.name).symlink_to(entry)
        [packages] = path.glob("lib/python*/site-packages")
        (packages / "dependencies.pth").write_text(f"{self._dependencies}\n")

    def install(self, *wheels: Path, editable: bool = False) -> None:
        """Install wheels, or with ``editable`` the folder of a project."""
        how = ["--no-deps", "--offline", *(["--editable"] if editable else [])]
        _run(UV, "pip", "install", "--python", self.bin / "python", *how, *wheels)

    def install_beside(self, folder: Path, *wheels: Path) -> None:
        """Install wheels into ``folder``, which is to be given as PYTHONPATH: for one test only."""
        _run(
            UV, "pip", "install", "--python", self.bin / "python", "--no-deps", "--offline", "--target", folder, *wheels
        )

    def uninstall(self, name: str) -> None:
        """What pip uninstall does."""
        _run(UV, "pip", "uninstall", "--python", self.bin / "python", name)

    def run(
        self, *command: str | Path, folder: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A command of the environment, such as ``etl-host``, or ``python``; in ``folder``, with further variables."""
        program, *arguments = command
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "ETL_"))}
        environment["PATH"] = f"{self.bin}{os.pathsep}{environment['PATH']}"
        return subprocess.run(
            [self.bin / program, *arguments],
            cwd=folder or self.path,
            env={**environment, **(settings or {})},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
