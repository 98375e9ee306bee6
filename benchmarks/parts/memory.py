"""Memory, for files of any size."""

from __future__ import annotations

from benchmarks.job import Job
from benchmarks.race import Race, race
from benchmarks.setting import Setting
from benchmarks.target import Target

SIZES = (100_000, 1_000_000, 10_000_000)


def run(setting: Setting) -> None:
    """Read and validate files that are ten and a hundred times as large as the first."""
    by_size: list[Race] = []
    for size in SIZES:
        rows = setting.rows(size)
        file = setting.inputs.stop_times(rows)
        job = Job("etl_host_task", {"file": str(file), "model": "StopTime", "query": None, "checkpoints": False})
        by_size.append(race(f"memory, {rows:,} rows", rows, {"etl-host": job}, 1, say=setting.say))
        if size == max(SIZES):
            file.unlink()
    setting.races += by_size
    first, last = (race.results["etl-host"][0] for race in (by_size[0], by_size[-1]))
    setting.targets += [
        Target("peak memory, the largest file of the smallest", last.peak / first.peak, "≤", 1.1),
        Target("memory above imports, the largest file", last.peak - last.imported, "≤", 25, " MiB"),
    ]
