"""Relationships on a live Neo4j, of which few nodes have most."""

from __future__ import annotations

from typing import Any

from benchmarks.job import Job
from benchmarks.live import RELATIONSHIPS
from benchmarks.pipelines import pipeline_file
from benchmarks.race import race
from benchmarks.setting import Setting
from benchmarks.target import Target

LANES = (2, 4)


def run(setting: Setting) -> None:
    """Compare one lane, two and four with each other, the bare driver and the peer."""
    rows = setting.rows(200_000)
    nodes = rows // 5
    file = setting.inputs.relationships(rows, nodes)
    options = {"file": str(file), "model": "Knows", "query": RELATIONSHIPS}
    live = setting.live

    def command(name: str, **keys: Any) -> Job:
        pipeline = pipeline_file(setting.folder, f"relationships-{name}", file, "Knows", RELATIONSHIPS, **keys)
        return Job("etl_host_run", {"pipeline": str(pipeline)}, live.settings)

    def in_lanes(count: int) -> Job:
        return command(f"lanes-{count}", lanes={"count": count, "keys": {"person": ["start", "end"]}})

    contenders = {
        "bare driver": Job("bare_driver", options, live.settings),
        "etl-host": command("default"),
        **{f"etl-host, {count} lanes": in_lanes(count) for count in LANES},
        "neo4j-etl-lib": Job("neo4j_etl_lib", options, live.settings, python=setting.peer),
    }
    done = race(
        "relationships by MERGE, live",
        rows,
        contenders,
        setting.rounds,
        prepare=lambda: live.with_persons(nodes),
        digest=live.digest,
        say=setting.say,
    )
    setting.races.append(done)
    best = max(done.times_as_long("etl-host", f"etl-host, {count} lanes") for count in LANES)
    setting.targets.append(Target("relationships: best lanes, of one lane", best, "≥", 1.3))
