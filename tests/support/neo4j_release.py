"""Neo4j Community from Maven: what a release needs, and how to have it on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

JAVA_HOMES = ("usr/lib/jvm/*", "opt/*", "Library/Java/JavaVirtualMachines/*/Contents/Home")  # below /
POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency>
<groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version>
</dependency></dependencies></project>
"""


class Unavailable(Exception):
    """This machine can't run the server; the message says what is missing."""


@dataclass(frozen=True)
class Neo4jRelease:
    """One version of Neo4j Community, the Java versions it runs on, and how Java is to start it."""

    version: str
    java_versions: range
    main_class: str
    java_options: tuple[str, ...]

    def java(self) -> str:
        """Path of a fitting ``java``: of JAVA_HOME, of PATH, or of the usual folders; raises Unavailable."""
        seen = []
        for java in _javas():
            version = _java_version(java)
            if version in self.java_versions:
                return java
            seen.append(f"{java} is Java {version}")
        oldest, newest = self.java_versions[0], self.java_versions[-1]
        raise Unavailable(f"Neo4j {self.version} wants Java {oldest} to {newest}; here: {', '.join(seen) or 'no Java'}")

    def jars(self) -> Path:
        """The folder of the server's jars: in the user's cache, filled by Maven if need be; raises Unavailable."""
        caches = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "etl-host"
        jars = caches / f"neo4j-{self.version}"
        if not jars.is_dir():
            try:
                caches.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=caches) as folder:
                    self._fetch(Path(folder), jars)
            except OSError as error:
                raise Unavailable(f"no room for Neo4j {self.version} in the cache folder: {error}") from error
        return jars

    def _fetch(self, folder: Path, jars: Path) -> None:
        maven = shutil.which("mvn")
        if maven is None:
            raise Unavailable(f"Neo4j {self.version} is not in {jars}, and there is no Maven (mvn) to fetch it with")
        (folder / "pom.xml").write_text(POM.format(version=self.version))
        done = subprocess.run(
            [
                *(maven, "-B", "-q", "-f", str(folder), "dependency:copy-dependencies"),
                *("-DincludeScope=runtime", f"-DoutputDirectory={folder / 'jars'}"),
            ],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Unavailable(f"Maven could not fetch Neo4j {self.version}: {(done.stdout + done.stderr)[-800:]}")
        try:
            (folder / "jars").rename(jars)  # whole or not at all
        except OSError:
            if not jars.is_dir():  # else another test run was first
                raise


def _javas() -> Iterator[str]:
    home = os.environ.get("JAVA_HOME")
    chosen = [shutil.which("java", path=f"{home}/bin") if home else None, shutil.which("java")]
    usual = [str(java) for homes in JAVA_HOMES for java in sorted(Path("/").glob(f"{homes}/bin/java"))]
    yield from dict.fromkeys(java for java in [*chosen, *usual] if java)


def _java_version(java: str) -> int | None:
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else None


def _opens(*packages: str) -> tuple[str, ...]:
    return tuple(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in packages)


# The last release line with long-term support, and the newest.
NEO4J_5 = Neo4jRelease(
    version="5.26.29",
    java_versions=range(17, 22),
    main_class="org.neo4j.server.CommunityEntryPoint",
    java_options=_opens("java.nio", "java.io", "sun.nio.ch", "java.lang"),
)
NEO4J_2026 = Neo4jRelease(
    version="2026.08.1",
    java_versions=range(21, 26),
    main_class="org.neo4j.server.Neo4jCommunity",
    java_options=(
        *_opens("java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util.concurrent"),
        "--enable-native-access=ALL-UNNAMED",
    ),
)
