"""A load in a process of its own is killed with ``kill -9`` from outside, at any moment, and started again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import attempts as support
from attempts import Attempts, numbers_in
from number_links import GAP, passed_on, rejected
from sqlite_target import SQLiteTarget

SCRIPT = Path(__file__).with_name("load_to_kill.py")
ROWS = 700
KILLS = 4


def process(folder: Path, batch_size: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(support.__file__).parent)}
    command = [sys.executable, str(SCRIPT), str(folder), str(ROWS), str(batch_size)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def killed_after(batches: int, seconds: float, load: subprocess.Popen[str]) -> bool:
    """Kill it that long after it has committed so many batches. False: it had ended before."""
    with load:
        assert load.stdout is not None
        for _ in range(batches):
            load.stdout.readline()
        time.sleep(seconds)
        load.send_signal(signal.SIGKILL)
    return load.returncode == -signal.SIGKILL


def test_each_row_is_loaded_once_however_often_the_process_dies(attempts: Attempts, target: SQLiteTarget) -> None:
    chance = random.Random(20261123)
    for _ in range(KILLS):
        load = process(attempts.folder, chance.randint(2, 5))
        assert killed_after(chance.randint(3, 12), chance.uniform(0, 0.01), load)
    with process(attempts.folder, 50) as load:
        assert load.stdout is not None
        summary = json.loads(load.stdout.read().splitlines()[-1])
    assert load.returncode == 3
    assert numbers_in(target) == passed_on(ROWS)
    file = attempts.rejects / f"numbers.{summary['run_id']}.jsonl"
    origins = [json.loads(line)["origin"] for line in file.read_text().splitlines()]
    assert origins == [n * GAP for n in rejected(ROWS)]
    assert summary["attempt"] == KILLS + 1
    assert 0 < summary["rows_before"] < ROWS
    written, wrong = len(set(passed_on(ROWS))), len(rejected(ROWS))
    dropped = ROWS - written - wrong
    assert summary["balance"] == {"read": ROWS, "written": written, "rejected": wrong, "dropped": dropped}
    assert summary["statistics"] == {
        "numbers_read": ROWS,
        "rejected_rows": wrong,
        "valid_rows": written,
        "rows_inserted": len(passed_on(ROWS)),
    }
