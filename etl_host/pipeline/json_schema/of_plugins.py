"""The schema of what stands for a plugin's processor: its name, alone or with its options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from etl_host.core.errors import EtlHostError
from etl_host.pipeline.json_schema.as_written import Schema
from etl_host.pipeline.json_schema.of_options import alone, options_schema
from etl_host.pipeline.problems import with_remedy
from etl_host.pipeline.signature import SignatureError
from etl_host.registry.loaded import LoadedSpec
from etl_host.registry.lookup import Registry
from etl_host.registry.spec import KINDS, Kind


@dataclass(frozen=True)
class Offer:
    """What a processor is called in a file, and what may stand behind its name. ``bare``: that may be nothing."""

    names: tuple[str, ...]
    summary: str
    behind: Schema
    bare: bool


@dataclass
class Offers:
    """What the plugins of ``registry`` offer; ``left_out``: why some of it isn't in the schema."""

    registry: Registry
    definitions: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.registry.load()
        unusable = (plugin for plugin in self.registry.plugins if not plugin.usable)
        self.left_out += [f"{plugin} is {plugin.state}: {plugin.reason}" for plugin in unusable]
        self.by_kind: dict[Kind, list[Offer]] = {kind: list(self._offers(kind)) for kind in KINDS.values()}

    def use(self, kind: Kind) -> Schema:
        """What stands below ``source:`` and the like: a name, or a mapping from one name to options."""
        offers = self.by_kind[kind]
        behind = {name: {"description": offer.summary, **offer.behind} for offer in offers for name in offer.names}
        mapping = {"type": "object", "properties": behind, "additionalProperties": False}
        names = [name for offer in offers if offer.bare for name in offer.names]
        return {"anyOf": [{**mapping, "minProperties": 1, "maxProperties": 1}, {"enum": names}]}

    def _offers(self, kind: Kind) -> Iterator[Offer]:
        specs = self.registry.specs(kind)
        taken = Counter(loaded.spec.name for loaded in specs)
        for loaded in specs:
            names = (loaded.qualified,) if taken[loaded.spec.name] > 1 else (loaded.spec.name, loaded.qualified)
            try:
                yield self._offer(loaded, names)
            except EtlHostError as error:
                self.left_out.append(with_remedy(error))
            except SignatureError as error:
                self.left_out.append(f'{kind} "{loaded.spec.name}" of {loaded.plugin}: {error}')

    def _offer(self, loaded: LoadedSpec, names: tuple[str, ...]) -> Offer:
        kind, target, name = loaded.kind, loaded.target(), f"{loaded.kind}.{names[0].replace('/', '.')}"
        by_name, inner = options_schema(target, kind, name)
        if kind == "connection":
            by_name["properties"]["kind"] = {"description": "Where it isn't the name.", "enum": list(names)}
        ways = [by_name]
        if (shorthand := alone(target, kind, by_name)) is not None:
            ways.append(shorthand)
        if bare := not by_name.get("required"):
            ways.append({"type": "null"})
        self.definitions |= {**inner, name: {"anyOf": ways} if len(ways) > 1 else by_name}
        return Offer(names, loaded.spec.summary, {"$ref": f"#/$defs/{name}"}, bare)
