"""Memory stays flat in the size of the input."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).with_name("memory_target.py")


def peak(folder: Path, rows: int) -> int:
    """The peak memory of a load of so many rows, in KiB."""
    file = folder / f"{rows}.csv"
    with file.open("w") as lines:
        lines.write("id,name,size\n")
        lines.writelines(f"{n},thing number {n},{n / 7}\n" for n in range(rows))
    command = [sys.executable, str(TARGET), str(file), str(rows)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_million_rows_take_hardly_more_memory_than_a_hundred_thousand(tmp_path: Path) -> None:
    assert peak(tmp_path, 1_000_000) <= 1.1 * peak(tmp_path, 100_000)
