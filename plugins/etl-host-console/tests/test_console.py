"""What a console does where nobody looks, and where nobody can."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl_host_console.console import console_on, visible

LOAD = """
import sys
from etl_host import ETLContext, Sink, Source, ChainTask
from etl_host_console import ConsoleReporter

class Numbers(Source):
    def read(self, max_batch_size, after):
        yield from self.cut(({"n": n} for n in range(10)), max_batch_size, after)

class Nowhere(Sink):
    def write(self, batch, checkpoint):
        return {}

class Load(ChainTask):
    def chain(self):
        return Nowhere(self.context, self, Numbers(self.context, self))

with ETLContext({}, reporters=[ConsoleReporter()]) as context:
    Load(context, name="stops").execute()
print("what was asked for")
sys.exit(int(context.summary.exit_code))
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "load.py"
    file.write_text(LOAD)
    return file


def run(script: Path, stderr: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script)]
    return subprocess.run(command, cwd=script.parent, stdout=subprocess.PIPE, stderr=stderr, text=True)


def test_a_pipe_that_nobody_reads_leaves_stdout_and_exit_code_alone(script: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run(script, writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stdout) == (0, "what was asked for\n")


def test_without_a_stderr_a_run_is_silent(script: Path) -> None:
    script.write_text("import sys; sys.stderr = None\n" + LOAD)  # as Python does where the shell has closed it
    done = run(script, subprocess.PIPE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "what was asked for\n", "")


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_who_forces_colours_into_a_pipe_gets_lines_all_the_same(
    script: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    done = run(script, subprocess.PIPE)
    assert done.stderr.startswith("stops: started\nstops: 10 rows in ")
    assert "\x1b" not in done.stderr


def test_a_console_on_a_closed_stream_is_silent() -> None:
    stream = Terminal()
    stream.close()
    console_on(stream).say("nobody hears this")


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_text_reaches_the_stream_as_it_is_on_one_line(stream: type[io.StringIO]) -> None:
    text = "-[r:KNOWS]-> [/x] :smile: 'quoted' 12 http://x/y " + "long " * 100 + "end"
    console_on(out := stream()).say(text)
    assert out.getvalue() == text + "\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zürich 東京 🚌", "Zürich 東京 🚌"),
        ("two\nlines\tand a tab", r"two\nlines\tand a tab"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("\x9b2J", r"\x9b2J"),
        ("right\u202eto left", r"right\u202eto left"),
        ("half \ud800", r"half \ud800"),
    ],
)
def test_text_that_would_steer_a_terminal_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown
