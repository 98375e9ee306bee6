"""Every fenced block of README.md and of docs/ is a sample, and is run as a reader would run it.

What becomes of a block is seen on the page. Below a line that ends with the name of a file, "`models.py`:", it is that
file. One of the language ``console`` holds commands for the shell, behind "$ ", each with what it prints below it:
"..." stands for any lines, and the exit code is the one in "(exit code 3)", else 0. "pip install -e" is done without
a network, and for the page only. Below ``<!-- not run: reason -->``
a block is left alone. The blocks of a page share a folder, and a graph that NEO4J_URI names; with ``--embedded`` a
command has one of its own. Times, rates and ids of runs may differ from those on the page, spaces too.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from doc_pages import PAGES, named
from graph_handle import GraphHandle

_FILE = re.compile(r"`(?P<name>[\w./-]+)`:$")
_NOT_RUN = re.compile(r"<!-- not run: .+ -->")
_INSTALL = re.compile(r'pip install -e "(?P<folder>[\w-]+)\[dev\]"')
_VARIES = (
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b"), "MOMENT"),
    (re.compile(r"\b\d{8}T\d{6}-[0-9a-f]{4}\b"), "RUN"),
    (re.compile(r"\b\d+\.\d s\b( [\d,]+)?"), "SECONDS AND RATE"),
)


@dataclass(frozen=True)
class Block:
    """``line``: where it begins; ``above``: the last line before it that isn't blank."""

    line: int
    language: str
    text: str
    above: str

    @property
    def file(self) -> str | None:
        found = _FILE.search(self.above)
        return found["name"] if found else None

    @property
    def is_run(self) -> bool:
        return not _NOT_RUN.fullmatch(self.above)

    def commands(self) -> Iterator[tuple[str, str]]:
        """Each command, and what it prints."""
        first, *rest = re.split(r"^\$ ", self.text, flags=re.MULTILINE)
        assert not first, f'line {self.line}: commands begin with "$ "'
        for part in rest:
            command, _, output = part.partition("\n")
            yield command, output


def blocks_of(text: str) -> Iterator[Block]:
    lines = text.splitlines()
    for token in MarkdownIt("commonmark").parse(text):
        assert token.type != "code_block", f"indented by four spaces, a block is not seen to be a sample: {token.map}"
        if token.type != "fence" or token.info.startswith("{"):
            continue
        assert token.map is not None
        above = next((line for line in reversed(lines[: token.map[0]]) if line.strip()), "")
        yield Block(token.map[0] + 1, token.info, token.content, above.strip())


def plain(text: str) -> list[str]:
    """Its lines, without what varies."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for pattern, name in _VARIES:
        lines = [pattern.sub(name, line) for line in lines]
    return [line for line in lines if line]


def prints(shown: str, printed: str) -> bool:
    """Whether ``printed`` is what the page shows; where it shows nothing, anything is."""
    pattern = "".join(r"(.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in plain(shown))
    return not pattern or bool(re.fullmatch(pattern, "".join(f"{line}\n" for line in plain(printed))))


def exit_code_in(shown: str) -> int:
    found = re.findall(r"\(exit code (\d)\)", shown)
    return int(found[-1]) if found else 0


@dataclass(frozen=True)
class Reader:
    """Does in ``folder`` what a page says."""

    folder: Path
    settings: Mapping[str, str]
    installed: list[Path] = field(default_factory=list)

    def follow(self, page: str) -> None:
        for block in blocks_of(page):
            if not block.is_run:
                continue
            if block.file:
                self._write(block.file, block.text)
            elif block.language == "console":
                for command, shown in block.commands():
                    if package := _INSTALL.fullmatch(command):
                        self._install(self.folder / package["folder"])
                    else:
                        self._run(command, shown, block.line)
            else:
                pytest.fail(f"line {block.line}: neither a file, nor commands, nor marked as not run")

    def _write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def _install(self, folder: Path) -> None:
        """What ``pip install -e`` does."""
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        info = self.folder / f"{project['name']}-{project['version']}.dist-info"
        info.mkdir()
        metadata = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}"]
        metadata += [f"Requires-Dist: {requirement}" for requirement in project["dependencies"]]
        (info / "METADATA").write_text("\n".join(metadata) + "\n")
        groups = [
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in names.items())
            for group, names in project["entry-points"].items()
        ]
        (info / "entry_points.txt").write_text("\n".join(groups))
        self.installed.append(folder)

    def _run(self, command: str, shown: str, line: int) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "ETL_"))}
        environment |= self.settings
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        environment["PYTHONPATH"] = os.pathsep.join(map(str, [self.folder, *self.installed]))
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        told = f"line {line}: $ {command}\n{done.stdout}(exited with {done.returncode})"
        assert done.returncode == exit_code_in(shown), told
        assert prints(shown, done.stdout), f"{told}\nbut the page shows:\n{shown}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_a_page_says_is_so(page: Path, embedded_graph: GraphHandle, tmp_path: Path) -> None:
    embedded_graph.wipe()
    Reader(tmp_path, embedded_graph.settings).follow(page.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_file_of_a_page_is_left_lying(page: Path) -> None:
    blocks = [block for block in blocks_of(page.read_text("utf-8")) if block.is_run]
    for block in blocks:
        if block.file and block.file != "Dockerfile":  # see test_dockerfile.py
            parts = Path(block.file).with_suffix("").parts
            others = "".join(other.text for other in blocks if other.file != block.file)
            assert any(part in others for part in parts), f"{block.file} is used by nothing on the page"


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("```yaml\npipeline: p\n```\n", "neither a file, nor commands"),
        ("```console\n$ exit 3\n```\n", "exited with 3"),
        ("```console\n$ echo done '(exit code 3)'\ndone (exit code 3)\n```\n", "exited with 0"),
        ("```console\n$ echo two rows\nthree rows\n```\n", "three rows"),
        ("```console\n$ echo a; echo b; echo c\na\n...\nd\n```\n", "the page shows"),
        ("```console\necho a\n```\n", "commands begin with"),
        ("<!-- not run: -->\n```sh\necho a\n```\n", "neither a file, nor commands"),
        ("Text.\n\n    indented\n", "is not seen to be a sample"),
    ],
)
def test_a_page_that_is_wrong_is_noticed(page: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception), match=re.escape(complaint)):
        Reader(tmp_path, {}).follow(page)


def test_a_page_that_is_right_passes(tmp_path: Path) -> None:
    page = """\
`a/b.txt`:

```text
one
```

<!-- not run: it would hurt -->
```sh
exit 1
```

```console
$ cat a/b.txt; echo; echo run 20261123T053638-0f36 took '0.7 s  12,000'
one
...
run   20260101T000000-abcd took 1.5 s 7
$ cat a/b.txt; exit 4
...
one
$ echo nothing is said about this
```
"""
    with pytest.raises(AssertionError, match="exited with 4"):
        Reader(tmp_path, {}).follow(page)
    Reader(tmp_path, {}).follow(page.replace("exit 4", "true"))
