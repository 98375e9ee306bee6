"""The parameters of a pipeline: declared in the file, set when it is run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from etl_host.core.files.location import FileLocation
from etl_host.pipeline.nodes import Fields, Node, Scalar, is_empty
from etl_host.pipeline.parameter_types import TYPES, Parameter
from etl_host.pipeline.problems import Place, Problems
from etl_host.pipeline.variables import Unresolved, Variables
from etl_host.registry.suggestions import did_you_mean

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Parameters:
    """Reads parameters. ``given``: texts, or values of the parameter's type, for this run.

    Paths in the file are relative to ``folder``, paths among those given to the current folder. In defaults,
    ``environment`` says what variables stand for.
    """

    given: Mapping[str, object]
    folder: Path
    environment: Variables
    problems: Problems

    def read(self, node: Node | None) -> dict[str, Parameter | None]:
        """Those that ``node``, the file's ``parameters``, declares; None where a value can't be had, and a
        problem is noted.
        """
        if node is not None and not isinstance(node, Fields):
            message = "parameters want names and their defaults, such as region: cairns"
            self.problems.add("wrong-value", message, node.place)
            return {}
        declared = {} if node is None else dict(node.values)
        for name in self.given:
            if name not in declared:
                message = f"the pipeline has no parameter {name}{did_you_mean(name, declared)}"
                self.problems.add("unknown-parameter", message)
        keys = {} if node is None else node.keys
        return {name: self._read(name, keys[name], declaration) for name, declaration in declared.items()}

    def _read(self, name: str, key: Place, node: Node) -> Parameter | None:
        if not _NAME.fullmatch(name) or name == "etl":
            reason = (
                "that is the host's own name" if name == "etl" else "letters, digits and _ only, and no digit first"
            )
            self.problems.add("wrong-value", f"a parameter can't be called {name}: {reason}", key)
            return None
        if not isinstance(node, Fields):
            node = Fields({"default": node}, {"default": node.place}, node.place, node.last_line)
        self._refuse_unknown_keys(node)
        kind, default = self._type(name, node), node.values.get("default")
        if kind is None:
            return None
        if kind == "secret" and default is not None:
            self.problems.hide(default)
        if name in self.given:
            return self._given(name, kind, key)
        if default is None or is_empty(default):
            remedy = f"--set {name}=…, or give it a default" if kind != "secret" else 'default: "${VARIABLE}"'
            self.problems.add("unset-parameter", f"parameter {name} has no value: {remedy}", key)
            return None
        return self._default(name, kind, default)

    def _refuse_unknown_keys(self, node: Fields) -> None:
        for key in node.values:
            if key not in ("type", "default"):
                message = f'a parameter has no "{key}"{did_you_mean(key, ("type", "default"))}'
                self.problems.add("unknown-key", message, node.keys[key])

    def _type(self, name: str, node: Fields) -> str | None:
        written = node.get("type")
        kind = written.text if isinstance(written, Scalar) else "" if written else "string"
        if kind in TYPES:
            return kind
        message = f"the type of parameter {name} must be one of {', '.join(TYPES)}{did_you_mean(kind, TYPES)}"
        self.problems.add("wrong-value", message, written.place if written else node.place)
        return None

    def _given(self, name: str, kind: str, key: Place) -> Parameter | None:
        text = _as_text(self.given[name])
        if text is None:
            message = f"parameter {name}: what is given is neither a text nor a value of a parameter's type"
            self.problems.add("wrong-value", message, key)
            return None
        parameter = self._made(name, kind, text, Path.cwd(), key)
        if parameter is not None and kind == "path":  # as written, it depends on the folder of this command
            return Parameter(parameter.value, parameter.text, str(FileLocation(parameter.text)))
        return parameter

    def _default(self, name: str, kind: str, default: Node) -> Parameter | None:
        if not isinstance(default, Scalar):
            self.problems.add("wrong-value", f"the default of parameter {name} must be one value", default.place)
            return None
        try:
            resolved = self.environment.resolve(default)
        except Unresolved:
            return None
        text = resolved if isinstance(resolved, str) else default.text
        return self._made(name, kind, text, self.folder, default.place)

    def _made(self, name: str, kind: str, text: str, folder: Path, place: Place) -> Parameter | None:
        try:
            parameter = TYPES[kind](text, folder)
        except ValueError as error:
            self.problems.add("wrong-value", f"parameter {name}: {error}", place)
            return None
        if parameter.secret:
            self.problems.hide_text(text)
        return parameter


def _as_text(value: object) -> str | None:
    match value:
        case bool():
            return str(value).lower()
        case SecretStr():
            return value.get_secret_value()
        case FileLocation():
            return value.url or str(value.path)
        case str() | int() | float() | date() | Path():
            return str(value)
    return None
