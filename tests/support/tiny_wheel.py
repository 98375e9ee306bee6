"""Wheels of a few lines: a wheel is a zip file, so nothing needs to be built."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import dedent


def tiny_wheel(
    folder: Path,
    name: str,
    modules: Mapping[str, str],
    *,
    version: str = "1.0",
    requires: Iterable[str] = ("etl-host>=0.1,<0.2",),
    entry_points: str | None = None,
) -> Path:
    """The wheel of distribution ``name``.

    ``modules``: sources by file name, ``etl_host_x/plugin.py``. ``entry_points``: by default ``etl-host-x`` has the
    plugin ``x`` in ``etl_host_x.plugin``.
    """
    short = name.removeprefix("etl-host-")
    package = name.replace("-", "_")
    info = f"{package}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", f"Summary: About {name}."]
    metadata += [f"Requires-Dist: {line}" for line in requires]
    files = {file: dedent(source) for file, source in modules.items()}
    files |= {f"{Path(file).parent}/__init__.py": "" for file in modules if "/" in file}
    files[f"{info}/METADATA"] = "\n".join(metadata) + "\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = entry_points or f"[etl_host.plugins]\n{short} = {package}.plugin\n"
    record = [f"{file},sha256={_digest(text)},{len(text.encode())}" for file, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{package}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return wheel


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
