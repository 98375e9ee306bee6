"""Makes the pictures of terminals in the pages from commands that it runs: ``make screens``.

The pictures are kept beside the pages, as a build of these runs no load; a test compares their text with what the
commands print now.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "pictures"
COLUMNS: Final = 100

_STOPS = {
    "stops.csv": "stop_id,name,lat\n1,Cairns City,-16.92\n2,Smithfield,north\n3,Palm Cove,-16.75\n",
    "models.py": "from pydantic import BaseModel\n\n\n"
    "class Stop(BaseModel):\n    stop_id: int\n    name: str\n    lat: float\n",
}
_PIPELINE = """\
pipeline: stops
tasks:
  - task: stops
    source: {{csv: {{file: stops.csv, {option}: ","}}}}
    validators: [{{pydantic: "models:{model}"}}]
    sink: {{cypher: "UNWIND $batch AS row MERGE (s:Stop {{id: row.stop_id}}) SET s += row"}}
"""
_RIGHT = {**_STOPS, "stops.yaml": _PIPELINE.format(option="delimiter", model="Stop")}
_WRONG = {**_STOPS, "stops.yaml": _PIPELINE.format(option="delimeter", model="Stops")}

_LONG = "number,name\n" + "".join(f"{number},the stop or trip with the number {number}\n" for number in range(12_000))
_SIDE_BY_SIDE = {
    "stops.csv": _LONG,
    "trips.csv": _LONG + _LONG.partition("\n")[2],
    "timetable.yaml": """\
pipeline: timetable
batch_size: 1000
tasks:
  - group: all
    parallel: 2
    tasks:
      - {task: stops, source: {csv: stops.csv}, sink: {cypher: "UNWIND $batch AS row CREATE (s:Stop) SET s = row"}}
      - {task: trips, source: {csv: trips.csv}, sink: {cypher: "UNWIND $batch AS row CREATE (t:Trip) SET t = row"}}
""",
}

_MOVES = re.compile(r"(?:\r|\x1b\[\d*[AK]|\x1b\[\?25[lh])+")
"""What is printed before bars are drawn again in their place."""


def everything(printed: str) -> str:
    """What stays on the terminal once a command has ended, where it drew no bars or removed them."""
    return "\n".join(line.split("\r")[-1] for line in printed.replace("\r\n", "\n").split("\n"))


def after_bars(printed: str) -> str:
    """What a run prints when its bars are gone."""
    return everything(_MOVES.split(printed.replace("\r\n", "\n"))[-1])


def bars_underway(printed: str) -> str:
    """The bars when the most tasks were under way, at half of that time."""
    frames = _MOVES.split(printed.replace("\r\n", "\n"))
    most = max(frame.count(" left") for frame in frames)
    busiest = [frame for frame in frames if frame.count(" left") == most]
    return busiest[len(busiest) // 2].rstrip()


@dataclass(frozen=True)
class Screen:
    """A command, the ``files`` that are there for it, and which part of what it prints is ``shown``."""

    name: str
    command: str
    files: Mapping[str, str] = field(default_factory=dict)
    shown: Callable[[str], str] = everything

    def run(self) -> str:
        """What the command prints on a terminal, in a folder of its own."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in self.files.items():
                Path(folder, name).write_text(text, encoding="utf-8")
            printed = _on_terminal(self.command, folder).replace(os.path.realpath(folder), "~/timetable")
            return self.shown(printed).strip("\n")


SCREENS: Final = (
    Screen("mistakes", "etl-host run stops.yaml --embedded", _WRONG),
    Screen("check", "etl-host check stops.yaml --embedded", _RIGHT),
    Screen("summary", "etl-host run stops.yaml --embedded", _RIGHT, after_bars),
    Screen("progress", "etl-host run timetable.yaml --embedded", _SIDE_BY_SIDE, bars_underway),
    Screen("list-plugins", "etl-host list-plugins"),
)


def picture(command: str, printed: str) -> str:
    """An SVG that needs no font from elsewhere."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="truecolor")
        console.print(Text(f"$ {command}", style="bold"))
        console.print(Text.from_ansi(printed), soft_wrap=False)
        svg = console.export_svg(title="etl-host", theme=DIMMED_MONOKAI, unique_id="screen")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def _on_terminal(command: str, folder: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ETL_", "NO_", "COLUMNS"))}
    environment |= {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    process = subprocess.Popen(command.split(), cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    printed = b""
    with os.fdopen(ours, "rb", buffering=0) as terminal, suppress(OSError):  # Linux: when the command has ended
        while part := terminal.read(65536):
            printed += part
    process.wait()
    return printed.decode("utf-8")


def main(folder: Path = FOLDER) -> None:
    """Make all pictures in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for screen in SCREENS:
        Path(folder, f"{screen.name}.svg").write_text(picture(screen.command, screen.run()), encoding="utf-8")


if __name__ == "__main__":
    main()
