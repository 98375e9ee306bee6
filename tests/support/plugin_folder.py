"""Plugins without building and installing them: a folder of ``.dist-info`` and modules, to be put on ``sys.path``.

Metadata and imports are the real ones; only wheels and pip are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

HOOKS_OF = {
    "source": "etl_host_sources",
    "validator": "etl_host_validators",
    "sink": "etl_host_sinks",
    "reporter": "etl_host_reporters",
    "connection": "etl_host_connections",
    "task": "etl_host_tasks",
}


class PluginFolder:
    """Distributions in the folder ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def distribution(
        self,
        name: str,
        entry_points: str | bytes,
        *,
        version: str = "1.0",
        requires: Iterable[str] = ("etl-host",),
        suffix: str = "dist-info",
    ) -> Path:
        """Metadata only; what it names need not exist. Returns the ``.dist-info`` folder."""
        info = self.path / f"{name.replace('-', '_')}-{version}.{suffix}"
        info.mkdir(parents=True)
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", f"Summary: About {name}."]
        lines += [f"Requires-Dist: {line}" for line in requires]
        (info / ("METADATA" if suffix == "dist-info" else "PKG-INFO")).write_text("\n".join(lines) + "\n")
        text = entry_points if isinstance(entry_points, bytes) else dedent(entry_points).encode()
        (info / "entry_points.txt").write_bytes(text)
        return info

    def module(self, name: str, source: str) -> Path:
        """A module with the packages around it."""
        file = self.path.joinpath(*name.split(".")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        for folder in file.parents:
            if folder == self.path:
                break
            (folder / "__init__.py").touch()
        file.write_text(dedent(source))
        return file

    def plugin(self, name: str, source: str, *, version: str = "1.0", requires: Iterable[str] = ("etl-host",)) -> str:
        """A plugin by all conventions: ``etl-host-NAME`` with ``etl_host_NAME.plugin``, whose name is returned."""
        module = f"etl_host_{name}.plugin"
        entry_points = f"[etl_host.plugins]\n{name} = {module}\n"
        self.distribution(f"etl-host-{name}", entry_points, version=version, requires=requires)
        self.module(module, source)
        return module

    def command(self, name: str, source: str, *, distribution: str | None = None) -> str:
        """A command ``NAME``, which is ``command`` in the module whose name is returned."""
        module = f"etl_host_{name}_command"
        self.distribution(distribution or f"etl-host-{name}", f"[etl_host.commands]\n{name} = {module}:command\n")
        self.module(module, source)
        return module

    def forget(self) -> None:
        """Undo all imports from the folder."""
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(f"{self.path}/"):
                del sys.modules[name]


def offering(*processors: str) -> str:
    """The source of a plugin module in the documented form, for ``"source alpha"``, ``"sink beta"`` …"""
    source = "from etl_host import ProcessorSpec, hookimpl\n"
    for kind in dict.fromkeys(processor.split()[0] for processor in processors):
        names = [processor.split()[1] for processor in processors if processor.startswith(f"{kind} ")]
        specs = ", ".join(f'ProcessorSpec("{name}", "no.where:Nothing", "Made for a test.")' for name in names)
        source += f"@hookimpl\ndef {HOOKS_OF[kind]}() -> list[ProcessorSpec]:\n    return [{specs}]\n"
    return source


def hiding(*processors: str) -> str:
    """The same in a form that only importing it tells what it offers."""
    return offering(*processors) + "if True:\n    pass\n"
