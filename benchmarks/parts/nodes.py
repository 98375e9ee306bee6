"""Nodes on a live Neo4j."""

from __future__ import annotations

from typing import Any

from benchmarks.job import Job
from benchmarks.live import NODES
from benchmarks.pipelines import pipeline_file
from benchmarks.race import race
from benchmarks.setting import Setting
from benchmarks.target import Target


def run(setting: Setting) -> None:
    """Compare with the bare driver and the peer; one lane, two and four."""
    rows = setting.rows(500_000)
    file = setting.inputs.persons(rows)
    options = {"file": str(file), "model": "PersonAsText", "query": NODES}
    live = setting.live

    def command(name: str, **keys: Any) -> Job:
        pipeline = pipeline_file(setting.folder, f"nodes-{name}", file, "PersonAsText", NODES, **keys)
        return Job("etl_host_run", {"pipeline": str(pipeline)}, live.settings)

    def in_lanes(count: int) -> Job:
        return command(f"lanes-{count}", lanes={"count": count, "keys": {"person": "person_id"}})

    contenders = {
        "bare driver": Job("bare_driver", options, live.settings),
        "etl-host": command("default"),
        "etl-host, no prefetch": command("serial", prefetch=0),
        "etl-host, 2 lanes": in_lanes(2),
        "etl-host, 4 lanes": in_lanes(4),
        "neo4j-etl-lib": Job("neo4j_etl_lib", options, live.settings, python=setting.peer),
    }
    done = race(
        "nodes, live",
        rows,
        contenders,
        setting.rounds,
        prepare=live.empty,
        digest=live.digest,
        say=setting.say,
    )
    setting.races.append(done)
    setting.targets += [
        Target("nodes, live: time, of the bare driver's", done.times_as_long("etl-host", "bare driver"), "≤", 1.08),
        Target("nodes, live: 2 lanes, of the peer", done.times_as_long("neo4j-etl-lib", "etl-host, 2 lanes"), "≥", 1.9),
    ]
