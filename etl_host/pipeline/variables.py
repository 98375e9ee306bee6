"""Variables in a pipeline file: ``${name}``, ``${name:-default}``, and ``$${`` where ``${`` is meant literally."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from etl_host.core.checkpoint import Run
from etl_host.pipeline.nodes import Fields, Items, Node, Scalar
from etl_host.pipeline.parameter_types import Parameter
from etl_host.pipeline.problems import Problems
from etl_host.registry.suggestions import did_you_mean

_VARIABLE = re.compile(r"\$\$\{|\$\{(?P<name>[\w.]+)(?P<default>:-[^}]*)?\}|\$\{")
_OF_RUN: Final = ("etl.run", "etl.started")
_ANY_RUN: Final = Run("${etl.run}", pipeline="", owner="", started="${etl.started}")
_MISPLACED: Final = 'it may stand only in "parameters" of a sink or of what is run, and in the file of a file sink'


class Typed(str):
    """The text of one whole parameter.

    ``value`` is of the parameter's type, for places where a value of any type goes.
    """

    value: object

    @classmethod
    def of(cls, parameter: Parameter) -> Typed:
        """The text of ``parameter``, with its value."""
        typed = cls(parameter.text)
        typed.value = parameter.value
        return typed


class Unresolved(Exception):
    """Not all variables of a value are known. The problems are noted."""


@dataclass(frozen=True)
class Variables:
    """What variables stand for: a parameter, else a setting, which is an environment variable."""

    parameters: Mapping[str, Parameter | None]
    settings: Mapping[str, str]
    problems: Problems

    def resolve(self, node: Node, run: Run | None = None) -> Any:
        """``node`` as plain data, its variables replaced; a value that is one variable and no more is
        ``Typed``.

        ``run``: for ``${etl.run}`` and ``${etl.started}``; None where they may not stand. Raises Unresolved,
        once everything that is wrong with the variables in ``node`` is noted.
        """
        return _Reading(self, run, Typed.of, lambda parameter: parameter.text).read(node)

    def recorded(self, node: Node) -> Any:
        """``node`` as plain JSON to compare: paths as written, without secrets, and without what changes with
        each run.
        """
        return _Reading(self, _ANY_RUN, _recorded, lambda parameter: str(_recorded(parameter))).read(node)

    def get(self, name: str, run: Run | None) -> Parameter | None:
        """What the variable ``name`` stands for."""
        if name in self.parameters:
            return self.parameters[name]
        of_run = {"etl.run": run.id, "etl.started": run.started} if run else {}
        text = of_run.get(name) if name.startswith("etl.") else self.settings.get(name)
        return None if text is None else Parameter(text, text, text)


def _recorded(parameter: Parameter) -> Any:
    return "" if parameter.secret else parameter.recorded


@dataclass
class _Reading:
    """One pass over a node.

    ``whole``: what a parameter becomes that is the whole value; ``part``: that is part of a text.
    """

    variables: Variables
    run: Run | None
    whole: Callable[[Parameter], Any]
    part: Callable[[Parameter], str]
    unresolved: bool = False

    def read(self, node: Node) -> Any:
        data = self._data(node)
        if self.unresolved:
            raise Unresolved
        return data

    def _data(self, node: Node) -> Any:
        match node:
            case Fields(values=values):
                return {key: self._data(value) for key, value in values.items()}
            case Items(items=items):
                return [self._data(item) for item in items]
            case Scalar(value=str(text)):
                whole = _VARIABLE.fullmatch(text)
                if whole and whole["name"]:
                    return self._replaced(whole, node, self.whole)
                return _VARIABLE.sub(lambda match: self._replaced(match, node, self.part), text)
            case Scalar(value=value):
                return value

    def _replaced(self, match: re.Match[str], scalar: Scalar, becomes: Callable[[Parameter], Any]) -> Any:
        name, default = match["name"], match["default"]
        if match[0] == "$${":
            return "${"
        if name is None:
            return self._problem(
                "wrong-variable",
                '"${" wants a name and "}" behind it; write "$${" where it is meant literally',
                match,
                scalar,
            )
        if default and "${" in default:
            return self._problem("wrong-variable", "a variable can't be the default of another", match, scalar)
        parameter = self.variables.get(name, self.run)
        if default is not None and (parameter is None or not parameter.text):
            text = default.removeprefix(":-")
            return becomes(Parameter(text, text, text))
        if parameter is not None:
            return becomes(parameter)
        if name in self.variables.parameters:
            self.unresolved = True  # noted where it is declared
            return ""
        return self._problem(*self._unknown(name), match, scalar)

    def _unknown(self, name: str) -> tuple[str, str]:
        """Code and message for a variable that stands for nothing."""
        if name in _OF_RUN:
            return "misplaced-variable", f"${{{name}}} is known only once the run has begun: {_MISPLACED}"
        if "." in name or name[0].isdigit():
            return "wrong-variable", f"{name} is no name of a variable{did_you_mean(name, _OF_RUN)}"
        suggestion = did_you_mean(name, [*self.variables.settings, *self.variables.parameters])
        remedy = suggestion or "; set it, or give a default: ${" + name + ":-…}"
        return "unset-variable", f"variable {name} is not set{remedy}"

    def _problem(self, code: str, message: str, match: re.Match[str], scalar: Scalar) -> str:
        """Note a problem at the variable; for what stands there, nothing is put."""
        dollar = scalar.text.count("${", 0, match.end()) - 1
        place = scalar.dollars[dollar] if 0 <= dollar < len(scalar.dollars) else scalar.place
        self.variables.problems.add(code, message, place)
        self.unresolved = True
        return ""
