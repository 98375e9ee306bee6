"""The whole chain and the driver, with a server that does nothing."""

from __future__ import annotations

from benchmarks.job import Job
from benchmarks.live import NODES
from benchmarks.null_bolt import null_server
from benchmarks.race import race
from benchmarks.setting import Setting
from benchmarks.target import Target


def run(setting: Setting) -> None:
    """Compare with the peer and the bare driver: how much each could load if the server were no limit."""
    rows = setting.rows(500_000)
    options = {"file": str(setting.inputs.persons(rows)), "model": "PersonAsText", "query": NODES}
    with null_server() as settings:
        contenders = {
            "bare driver": Job("bare_driver", options, settings),
            "etl-host": Job("etl_host_task", {**options, "checkpoints": False}, settings),
            "neo4j-etl-lib": Job("neo4j_etl_lib", options, settings, python=setting.peer),
        }
        done = race("whole chain, null server", rows, contenders, setting.rounds, say=setting.say)
    setting.races.append(done)
    setting.targets.append(Target(done.title, done.times_as_long("neo4j-etl-lib", "etl-host"), "≥", 2.7))
