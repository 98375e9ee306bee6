"""Which plugins are installed, from metadata alone: nothing is imported.

The one file that knows importlib-metadata.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import importlib_metadata as metadata

from etl_host.registry.plugin import Plugin, normalise

if TYPE_CHECKING:
    from importlib_metadata import IDistribution

HOST: Final = "etl-host"
PLUGINS: Final = "etl_host.plugins"
COMMANDS: Final = "etl_host.commands"

log = logging.getLogger(__name__)

_VALUE = re.compile(r"(?P<value>\w+(\.\w+)*(\s*:\s*\w+(\.\w+)*)?)\s*(\[.*\])?")


def host_version() -> str:
    """The version of etl-host that is installed."""
    return metadata.version(HOST)


def find(*groups: str) -> dict[str, list[Plugin]]:
    """The entry points of each group, by name, then distribution; those that can't be read are there as "broken".

    Goes distribution by distribution, since one malformed line anywhere makes ``entry_points()`` raise.
    Of a distribution that is there more than once (a left-over ``.dist-info``, an ``.egg-info`` in the
    working folder) one counts: of the first folder on the path the newest version. The others are notes
    on its plugins.
    """
    copies: dict[str, list[_Copy]] = {}
    for distribution in metadata.distributions():
        if (copy := _read(distribution, groups)) is not None:
            copies.setdefault(copy.name, []).append(copy)
    found: dict[str, list[Plugin]] = {}
    for group in groups:
        plugins = [plugin for same in copies.values() for plugin in _plugins(same, group)]
        found[group] = sorted(plugins, key=lambda plugin: (plugin.name, plugin.distribution))
    return found


@dataclass(frozen=True)
class _Copy:
    """One installation of a distribution that has entry points of one of the groups."""

    name: str
    version: str
    folder: str
    entry_points: str
    distribution: IDistribution
    fault: str

    @property
    def age(self) -> list[int]:
        """Compares like the version, well enough for two left in one folder."""
        return [int(number) for number in re.findall(r"\d+", self.version)]


def _read(distribution: IDistribution, groups: Sequence[str]) -> _Copy | None:
    folder = PurePath(str(distribution.locate_file("")))
    try:
        text = distribution.read_text("entry_points.txt") or ""
    except (OSError, ValueError) as error:
        log.warning("a distribution in %s is left out, its entry_points.txt can't be read: %s", folder, error)
        return None
    if not any(group in text for group in groups):
        return None  # most of what is installed: before METADATA is read
    try:
        name, version = distribution.metadata["Name"], distribution.version
    except Exception:  # differs from release to release of importlib-metadata
        name, version = None, None
    # Where METADATA is lost, after an installation that was cut short, the name of the .dist-info folder serves.
    path = PurePath(str(getattr(distribution, "_path", "unknown")))
    return _Copy(
        name=normalise(name or path.name.partition("-")[0]),
        version=version or "",
        folder=str(folder),
        entry_points=text,
        distribution=distribution,
        fault="" if name else f"{path.name} has no METADATA",
    )


def _plugins(copies: Sequence[_Copy], group: str) -> Iterator[Plugin]:
    chosen = max((copy for copy in copies if copy.folder == copies[0].folder), key=lambda copy: copy.age)
    others = {(copy.version, copy.entry_points): copy for copy in copies}
    del others[chosen.version, chosen.entry_points]
    notes = [f"there is also {other.version} in {other.folder}: uninstall it" for other in others.values()]
    remedy = f"pip install --force-reinstall {chosen.name}"
    for line in _lines(chosen.entry_points, group):
        name, _, value = (part.strip() for part in line.partition("="))
        plugin = Plugin(name, chosen.name, chosen.version, location=chosen.folder, notes=[*notes])
        plugin.answers_to = frozenset({normalise(name), chosen.name})
        if chosen.fault:
            plugin.becomes("broken", chosen.fault, remedy)
        elif match := _VALUE.fullmatch(value):
            plugin.value = re.sub(r"\s", "", match["value"])
            plugin.summary = chosen.distribution.metadata.get("Summary") or ""
            plugin.location = _editable(chosen.distribution) or chosen.folder
            plugin.requires = chosen.distribution.requires or ()
        else:
            plugin.becomes("broken", f'"{line}" is no entry point: it must read name = module', remedy)
        yield plugin


def _lines(text: str, group: str) -> Iterator[str]:
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == group and line and not line.startswith(("#", ";")):
            yield line


def _editable(distribution: IDistribution) -> str:
    """Where the source of an editable installation is; "" for any other."""
    try:
        url = json.loads(distribution.read_text("direct_url.json") or "{}")
        return unquote(urlsplit(url["url"]).path) if url["dir_info"]["editable"] else ""
    except (LookupError, TypeError, ValueError):
        return ""
