"""Read and validate, without a database."""

from __future__ import annotations

from benchmarks.job import Job
from benchmarks.race import race
from benchmarks.setting import Setting
from benchmarks.target import Target

SHARES = {0.0: 3.3, 0.01: 3.3, 0.1: None}
"""The share of bad rows, and how many times as fast as the peer it should be."""


def run(setting: Setting) -> None:
    """Compare with the peer, at several shares of bad rows."""
    rows = setting.rows(1_000_000)
    for share, bound in SHARES.items():
        options = {"file": str(setting.inputs.stop_times(rows, bad=share)), "model": "StopTime", "query": None}
        contenders = {
            "etl-host": Job("etl_host_task", {**options, "checkpoints": False}),
            "neo4j-etl-lib": Job("neo4j_etl_lib", options, python=setting.peer),
        }
        title = f"read and validate, {share:.0%} bad rows"
        done = race(title, rows, contenders, setting.rounds, say=setting.say)
        setting.races.append(done)
        if bound is not None:
            setting.targets.append(Target(title, done.times_as_long("neo4j-etl-lib", "etl-host"), "≥", bound))
