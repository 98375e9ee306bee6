"""Single values in a pipeline file: names, numbers and flags."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl_host.core.limits import RejectsBudget
from etl_host.pipeline.model import AUTO
from etl_host.pipeline.nodes import Fields, Node, Scalar, is_empty
from etl_host.pipeline.problems import Problems
from etl_host.pipeline.variables import Unresolved, Variables


@dataclass(frozen=True)
class Values:
    """Reads single values; notes what is none of the kind wanted, and returns the default then."""

    variables: Variables
    problems: Problems

    def name(self, parent: Fields, key: str, what: str) -> str:
        """The name that stands under ``key``; "" where there is none."""
        node = parent.values.get(key)
        if is_empty(node) or node is None:
            place = parent.keys.get(key, parent.place)
            self.problems.add("missing-key", f'{what} needs a name: "{key}: name"', place)
            return ""
        return self.word(node, f'the name under "{key}"')

    def word(self, node: Node, what: str) -> str:
        """A text without variables; "" where it is something else."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value.strip():
            written = f': quote it, "{node.text}"' if isinstance(node, Scalar) and node.text.strip() else ""
            self.problems.add("wrong-value", f"{what} must be a text{written}", node.place)
            return ""
        if "${" in node.value:
            self.problems.add("misplaced-variable", f"{what} can't be a variable", node.place)
        return node.value

    def integer(self, node: Node | None, *, default: int, minimum: int = 1) -> int:
        """A whole number of at least ``minimum``."""
        if node is None:
            return default
        try:
            value = self.variables.resolve(node)
        except Unresolved:
            return default
        if isinstance(value, str) and re.fullmatch(r"[0-9]+", value):
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= minimum:
            return value
        self.problems.add("wrong-value", f"this must be a whole number of at least {minimum}", node.place)
        return default

    def integer_or_auto(self, node: Node | None, *, default: int | None) -> int | None:
        """A whole number of at least 1, or None for ``auto``."""
        if isinstance(node, Scalar) and node.value == AUTO:
            return None
        return default if node is None else self.integer(node, default=1)

    def budget(self, node: Node | None, *, default: RejectsBudget | None) -> RejectsBudget | None:
        """A number of rows that may be rejected, or a share of them such as 1%."""
        if node is None:
            return default
        try:
            value = self.variables.resolve(node)
            return None if value is None else RejectsBudget.of(value if isinstance(value, int) else str(value))
        except Unresolved:
            return default
        except ValueError:
            self.problems.add("wrong-value", "this must be a number of rows, such as 100, or a share, 1%", node.place)
            return default

    def flag(self, node: Node | None) -> bool:
        """True or false; absent is false."""
        if node is None:
            return False
        try:
            value = self.variables.resolve(node)
        except Unresolved:
            return False
        if value in ("true", "false"):
            value = value == "true"
        if isinstance(value, bool):
            return value
        self.problems.add("wrong-value", "this must be true or false", node.place)
        return False
