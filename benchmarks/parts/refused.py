"""Rows that the database refuses: the rest of their batches is loaded."""

from __future__ import annotations

from benchmarks.job import Job
from benchmarks.live import NEW_NODES
from benchmarks.pipelines import pipeline_file
from benchmarks.race import race
from benchmarks.setting import Setting
from benchmarks.target import Target

BAD = 7


def run(setting: Setting) -> None:
    """Compare files of which all rows can be loaded, and all but a few."""
    rows = setting.rows(1_000_000)
    contenders = {}
    for bad in (0, BAD):
        file = setting.inputs.persons(rows, same=bad)
        pipeline = pipeline_file(setting.folder, f"refused-{bad}", file, "PersonAsText", NEW_NODES)
        job = Job("etl_host_run", {"pipeline": str(pipeline)}, setting.live.settings)
        contenders[f"{bad} rows refused"] = job
    done = race(
        "rows refused, live",
        rows,
        contenders,
        max(1, setting.rounds // 2),
        prepare=setting.live.empty,
        refused=[0, BAD],
        say=setting.say,
    )
    setting.races.append(done)
    ratio = done.times_as_long(f"{BAD} rows refused", "0 rows refused")
    setting.targets.append(Target(f"{BAD} rows refused of {rows:,}: time, of none", ratio, "≤", 1.15))
