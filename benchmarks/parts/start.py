"""How long the command line takes to start, with ten plugins installed."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.setting import Setting
from benchmarks.target import Target

PLUGINS = 10
COMMANDS = {"--help": 0.2, "list-plugins --no-load": 0.3, "list-plugins": 0.6}
MODULE = """
from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_sources() -> list[ProcessorSpec]:
    return [ProcessorSpec("made-up-{number}", "etl_host_made_up_{number}.source:Source", "Made up.")]
"""


def run(setting: Setting) -> None:
    """Compare the best of several rounds, in which the commands take turns, with what each may take."""
    with tempfile.TemporaryDirectory() as folder:
        installed = _run(folder, "list-plugins", "--no-load", "--json")[1].count('"provides"')
        for number in range(PLUGINS - installed):
            _install(Path(folder), number)
        best = dict.fromkeys(COMMANDS, 60.0)
        for _ in range(3 * setting.rounds):
            for line in best:
                best[line] = min(best[line], _run(folder, *line.split())[0])
    for line, seconds in best.items():
        setting.say(f"etl-host {line}: {seconds:.3f} s")
        setting.targets.append(Target(f"etl-host {line}, {PLUGINS} plugins", seconds, "≤", COMMANDS[line], " s"))


def _install(folder: Path, number: int) -> None:
    package = folder / f"etl_host_made_up_{number}"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "plugin.py").write_text(MODULE.format(number=number))
    info = folder / f"etl_host_made_up_{number}-1.0.dist-info"
    info.mkdir()
    name = f"Name: etl-host-made-up-{number}\nVersion: 1.0\nRequires-Dist: etl-host>=0.1,<0.2\n"
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\n{name}")
    (info / "entry_points.txt").write_text(f"[etl_host.plugins]\nmade-up-{number} = {package.name}.plugin\n")


def _run(folder: str, *arguments: str) -> tuple[float, str]:
    """What a process took, and printed. Its time on a processor, as it waits for nothing else but other processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"PYTHONPATH": folder}
    done = subprocess.run(
        [sys.executable, "-m", "etl_host", *arguments], env=environment, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout
