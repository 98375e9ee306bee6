"""What exactly once costs: run record, heartbeat and a checkpoint in each transaction."""

from __future__ import annotations

from benchmarks.job import Job
from benchmarks.live import NODES
from benchmarks.race import race
from benchmarks.setting import Setting
from benchmarks.target import Target


def run(setting: Setting) -> None:
    """Compare a task with checkpoints and one without."""
    rows = setting.rows(200_000)
    options = {"file": str(setting.inputs.persons(rows)), "model": "PersonAsText", "query": NODES}
    contenders = {
        name: Job("etl_host_task", {**options, "checkpoints": kept}, setting.live.settings)
        for name, kept in {"plain": False, "exactly once": True}.items()
    }
    done = race(
        "checkpoints, live",
        rows,
        contenders,
        setting.rounds,
        prepare=setting.live.empty,
        digest=setting.live.digest,
        say=setting.say,
    )
    setting.races.append(done)
    ratio = done.times_as_long("exactly once", "plain")
    setting.targets.append(Target("checkpoints: time, of a load without", ratio, "≤", 1.05))
