"""``python -m benchmarks [PART ...]``: run the parts, all where none is named, and write the results.

``results.md`` lies beside this file, ``speed.svg`` in the folder of documentation pages that show it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.parts import checkpoints, memory, nodes, null, read, refused, relationships, start, temporals
from benchmarks.peer import PEER, peer_version
from benchmarks.plot import picture
from benchmarks.report import page
from benchmarks.setting import Setting
from neo4j_release import NEO4J_5

HERE = Path(__file__).parent
PICTURE = HERE.parent / "docs" / "pictures" / "speed.svg"
PARTS = {part.__name__.rpartition(".")[2]: part.run for part in (
    read, null, nodes, relationships, temporals, checkpoints, refused, memory, start,
)}  # fmt: skip
SHOWN = ("read and validate, 0% bad rows", "whole chain, null server", "nodes, live", "relationships by MERGE, live")


def main() -> None:
    """Exit with 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Compare etl-host with others.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of the sizes of all inputs")
    parser.add_argument("--into", type=Path, default=HERE / "results.md", help="the page to write")
    told = parser.parse_args()
    if unknown := set(told.parts).difference(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        with closing(Setting(Path(folder), told.rounds, told.scale, _say)) as setting:
            for name in told.parts or PARTS:
                PARTS[name](setting)
        others = {"Neo4j": NEO4J_5.version, PEER: peer_version(setting.peer)}
        told.into.write_text(page(setting.races, setting.targets, others))
    if not told.parts:
        PICTURE.write_text(picture([race for race in setting.races if race.title in SHOWN]))
    for target in setting.targets:
        _say(f"{target.what}: {target.value:.2f}{target.unit}, should be {target.sense} {target.bound}{target.unit}")
    sys.exit(not all(target.reached for target in setting.targets))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
