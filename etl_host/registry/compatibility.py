"""Whether a plugin was made for this version of the host, by its Requires-Dist, before it is imported."""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import eq, ge, gt, le, lt, ne
from typing import Final

from etl_host.registry.discovery import HOST
from etl_host.registry.plugin import normalise

_CLAUSE: Final = r"(>=|<=|!=|==|>|<)\s*(\d+(?:\.\d+)*)"
_PLAIN = re.compile(rf"[\w.-]+\s*\(?\s*((?:{_CLAUSE}\s*(?:,\s*{_CLAUSE}\s*)*)?)\)?\s*")
_COMPARE: Final = {">=": ge, "<=": le, "!=": ne, "==": eq, ">": gt, "<": lt}


def objection(requires: Iterable[str], version: str) -> str:
    """Return the first of the Requires-Dist lines on etl-host that ``version`` does not meet, or "".

    Raises ValueError for a line on etl-host that can't be read.
    """
    for line in requires:
        named = re.match(r"[\w.-]*", line.strip())
        if named and normalise(named[0]) == HOST and not _meets(line.strip(), version):
            return line.strip()
    return ""


def _meets(line: str, version: str) -> bool:
    if (plain := _PLAIN.fullmatch(line)) and re.fullmatch(r"\d+(\.\d+)*", version):
        clauses = re.findall(_CLAUSE, plain[1])
        return all(_COMPARE[operator](_release(version), _release(wanted)) for operator, wanted in clauses)
    # Slow to import, so only for what needs it: markers, extras, ~=, pre-releases.
    from packaging.requirements import Requirement

    requirement = Requirement(line)
    if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
        return True
    return requirement.specifier.contains(version, prereleases=True)


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.sub(r"(\.0+)+$", "", version).split("."))
