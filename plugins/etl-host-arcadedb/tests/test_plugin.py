"""What the plugin registers."""

from __future__ import annotations

import os
import subprocess
import sys

from etl_host_arcadedb import ArcadeDBConnection, plugin


def test_the_connection_stands_in_for_neo4j() -> None:
    [spec] = plugin.etl_host_connections()
    assert (spec.name, spec.stands_in_for) == ("arcadedb", "neo4j")
    assert spec.load() is ArcadeDBConnection


def test_registering_imports_neither_the_driver_nor_java() -> None:
    program = """\
import sys, etl_host_arcadedb.plugin
etl_host_arcadedb.plugin.etl_host_connections()
print(sorted({"neo4j", "pydantic", "jpype", "arcadedb_embedded", "etl_host_neo4j"} & set(sys.modules)))"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=os.environ)
    assert done.stdout == "[]\n", done.stderr
