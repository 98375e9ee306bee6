"""Which plugins are installed, from metadata alone: nothing is imported.

The one file that knows importlib-metadata.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import importlib_metadata as metadata

from etl_host.registry.headers import Headers, headers_of
from etl_host.registry.plugin import Plugin, normalise

if TYPE_CHECKING:
    from importlib_metadata import IDistribution

HOST: Final = "etl-host"
PLUGINS: Final = "etl_host.plugins"
COMMANDS: Final = "etl_host.commands"

log = logging.getLogger(__name__)

_VALUE = re.compile(r"(?P<value>\w+(\.\w+)*(\s*:\s*\w+(\.\w+)*)?)\s*(\[.*\])?")


def host_version() -> str:
    """The version of etl-host that is installed; of several that which counts, as for plugins."""
    copies = [copy for found in _distributions(name=HOST) if (copy := _read(found, [""])) and copy.version]
    if not copies:
        raise metadata.PackageNotFoundError(HOST)
    return _chosen(copies).version


def _distributions(**wanted: str) -> Iterable[IDistribution]:
    # What isn't there is taken for a zip file, for which more would be imported.
    path = [entry for entry in sys.path if os.path.exists(entry or ".")]
    return metadata.distributions(path=path, **wanted)


def _headers(distribution: IDistribution) -> Headers:
    return headers_of(distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or "")


def find(*groups: str) -> dict[str, list[Plugin]]:
    """The entry points of each group, by name, then distribution; those that can't be read are there as "broken".

    Goes distribution by distribution, since one malformed line anywhere makes ``entry_points()`` raise.
    Of a distribution that is there more than once (a left-over ``.dist-info``, an ``.egg-info`` in the
    working folder) one counts: of the first folder on the path the newest version. The others are notes
    on its plugins.
    """
    copies: dict[str, list[_Copy]] = {}
    for distribution in _distributions():
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
    headers: Headers
    distribution: IDistribution
    fault: str
    """Why it can't be used; "" where nothing is wrong with it."""

    @property
    def age(self) -> list[int]:
        """Compares like the version, well enough for two left in one folder."""
        return [int(number) for number in re.findall(r"\d+", self.version)]


def _read(distribution: IDistribution, groups: Sequence[str]) -> _Copy | None:
    # Where METADATA is lost, after an installation that was cut short, the name of the .dist-info folder serves.
    path = PurePath(str(getattr(distribution, "_path", "unknown")))
    text, fault = _entry_points(distribution, path)
    if not any(group in text for group in groups):
        return None  # most of what is installed: before METADATA is read
    headers: Headers = {}
    try:
        headers = _headers(distribution)
        if "name" not in headers:
            fault = fault or f"{path.name} has no METADATA"
    except (OSError, ValueError) as error:
        fault = f"METADATA in {path.name} can't be read: {error}"
    return _Copy(
        name=normalise(headers.get("name", [path.name.partition("-")[0]])[0]),
        version=headers.get("version", [""])[0],
        folder=str(PurePath(str(distribution.locate_file("")))),
        entry_points=text,
        headers=headers,
        distribution=distribution,
        fault=fault,
    )


def _entry_points(distribution: IDistribution, path: PurePath) -> tuple[str, str]:
    """The text of ``entry_points.txt``, and what is wrong with it."""
    try:
        return distribution.read_text("entry_points.txt") or "", ""
    except UnicodeDecodeError as error:
        fault = f"entry_points.txt in {path.name} can't be read: {error}"
        return error.object.decode(errors="replace"), fault
    except (OSError, ValueError) as error:
        log.warning("%s is left out, its entry_points.txt can't be read: %s", path, error)
        return "", ""


def _chosen(copies: Sequence[_Copy]) -> _Copy:
    """That which counts of the installations of one distribution, in the order of the path."""
    return max((copy for copy in copies if copy.folder == copies[0].folder), key=lambda copy: copy.age)


def _plugins(copies: Sequence[_Copy], group: str) -> Iterator[Plugin]:
    chosen = _chosen(copies)
    others = {(copy.version, copy.entry_points): copy for copy in copies}
    del others[chosen.version, chosen.entry_points]
    notes = [f"there is also {other.version} in {other.folder}: uninstall it" for other in others.values()]
    remedy = f"pip install --force-reinstall {chosen.name}"
    for line in dict.fromkeys(_lines(chosen.entry_points, group)):
        name, _, value = (part.strip() for part in line.partition("="))
        plugin = Plugin(name, chosen.name, chosen.version, location=chosen.folder, notes=[*notes])
        plugin.answers_to = frozenset({normalise(name), chosen.name})
        if chosen.fault:
            plugin.becomes("broken", chosen.fault, remedy)
        elif match := _VALUE.fullmatch(value):
            plugin.value = re.sub(r"\s", "", match["value"])
            plugin.summary = chosen.headers.get("summary", [""])[0]
            plugin.source = _editable(chosen.distribution)
            plugin.location = plugin.source or chosen.folder
            try:
                # An .egg-info may have them in a file of their own.
                plugin.requires = chosen.headers.get("requires-dist") or chosen.distribution.requires or ()
            except Exception as error:  # undecodable text, or what no parser expects
                plugin.becomes("broken", f"what it requires can't be read: {error}", remedy, error=error)
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
    except Exception:  # what others write there may be anything
        return ""
