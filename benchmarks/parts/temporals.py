"""Dates loaded as dates, and as text."""

from __future__ import annotations

from benchmarks.job import Job
from benchmarks.live import NODES
from benchmarks.pipelines import pipeline_file
from benchmarks.race import race
from benchmarks.setting import Setting
from benchmarks.target import Target


def run(setting: Setting) -> None:
    """Compare two models of the same rows, each with a date and a time."""
    rows = setting.rows(500_000)
    file = setting.inputs.persons(rows)
    contenders = {}
    for name, model in {"as text": "PersonAsText", "as temporals": "Person"}.items():
        pipeline = pipeline_file(setting.folder, model, file, model, NODES)
        contenders[name] = Job("etl_host_run", {"pipeline": str(pipeline)}, setting.live.settings)
    done = race(
        "dates, live",
        rows,
        contenders,
        setting.rounds,
        prepare=setting.live.empty,
        digest=setting.live.digest,
        say=setting.say,
    )
    setting.races.append(done)
    ratio = done.times_as_long("as temporals", "as text")
    setting.targets.append(Target("temporals: time, of the same as text", ratio, "≤", 1.1))
