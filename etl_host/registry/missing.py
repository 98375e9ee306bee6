"""The errors of lookups that find no processor, or too many: which plugin, why, what is installed, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from etl_host.registry.admission import FLAG
from etl_host.registry.errors import AmbiguousPlugin, RegistryError, UnknownPlugin, unusable
from etl_host.registry.loaded import LoadedSpec
from etl_host.registry.plugin import Plugin, normalise
from etl_host.registry.spec import KINDS, Kind, ProcessorSpec
from etl_host.registry.suggestions import did_you_mean


def missing(kind: Kind, name: str, plugins: Sequence[Plugin]) -> RegistryError:
    """For a ``kind`` called ``name`` that none of ``plugins`` offers; those of one distribution if it is qualified."""
    distribution, _, bare = name.rpartition("/")
    if culprit := _culprit(plugins, kind, lambda spec: spec.name == bare) or _namesake(plugins, bare):
        return unusable(culprit, f'{kind} "{bare}"')
    usable = [plugin for plugin in plugins if plugin.usable]
    known = sorted({spec.name for plugin in usable for spec in plugin.offers(kind)})
    kinds = [k for k in KINDS.values() for plugin in usable if bare in (spec.name for spec in plugin.offers(k))]
    hint = f", {bare} is a {kinds[0]};" if kinds else did_you_mean(bare, known) or ";"
    whose = f" of {distribution}" if distribution else ""
    return UnknownPlugin(
        f'no plugin{whose} offers a {kind} "{bare}"{hint} installed are: {", ".join(known) or "none"}',
        remedy=f"install the plugin that has it{_beside(plugins)}",
    )


def unknown_distribution(kind: Kind, name: str, plugins: Sequence[Plugin]) -> RegistryError:
    """For a qualified ``name`` (``etl-host-csv/csv``) whose distribution is not among ``plugins``."""
    distribution = name.rpartition("/")[0]
    installed = sorted({plugin.distribution for plugin in plugins})
    hint = did_you_mean(distribution, installed) or ";"
    message = f'{kind} "{name}": {distribution} is not installed{hint} installed are: {", ".join(installed)}'
    return UnknownPlugin(message, remedy=f"pip install {distribution}")


def nothing_stands_in(name: str, plugins: Sequence[Plugin]) -> RegistryError:
    """For a kind of connection in whose place no other may be used."""
    if culprit := _culprit(plugins, "connection", lambda spec: spec.stands_in_for == name):
        return unusable(culprit, f'a connection in place of "{name}"')
    return UnknownPlugin(
        f'no plugin offers a connection that stands in for "{name}"',
        remedy=f"install one that does: pip install 'etl-host[standard]'{_beside(plugins)}",
    )


def ambiguous(kind: Kind, name: str, offers: Iterable[LoadedSpec]) -> RegistryError:
    """For a ``name`` that several plugins offer."""
    qualified = sorted({offer.qualified for offer in offers})
    remedy = f"write {' or '.join(qualified)}"
    if len(qualified) == 1:
        remedy = f"disable one: {' or '.join(f'{FLAG} {offer.plugin.name}' for offer in offers)}"
    owners = " and ".join(str(offer.plugin) for offer in offers)
    return AmbiguousPlugin(f'{kind} "{name}" is offered by {owners}', remedy=remedy)


def _culprit(plugins: Iterable[Plugin], kind: Kind, fits: Callable[[ProcessorSpec], bool]) -> Plugin | None:
    """The plugin that declares what fits, and can't be used."""
    return next((p for p in plugins if not p.usable and any(map(fits, p.offers(kind)))), None)


def _namesake(plugins: Iterable[Plugin], name: str) -> Plugin | None:
    """The plugin that can't be used, can't be read either, and by its name should have what is called ``name``."""
    wanted = {normalise(name), f"etl-host-{normalise(name)}"}
    return next((p for p in plugins if not p.usable and p.specs is None and p.answers_to & wanted), None)


def _beside(plugins: Iterable[Plugin]) -> str:
    names = ", ".join(plugin.name for plugin in plugins if not plugin.usable and plugin.specs is None)
    return f"; {names} can't be used and may have it: etl-host list-plugins" if names else ""
