"""Reads a pipeline file: YAML that remembers where each key and value was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from etl_host.pipeline.nodes import Fields, Items, Node, Scalar, Value
from etl_host.pipeline.problems import Place, Problems
from etl_host.pipeline.yaml_core import MERGE, CoreLoader, value_of
from etl_host.pipeline.yaml_errors import CUT_OFF, explain, is_cut_off


def read_document(file: Path, problems: Problems) -> Node | None:
    """What is in ``file``; None, and a problem more, where it can't be read at all."""
    if (text := _text(file, problems)) is None:
        return None
    problems.has_text(text)
    try:
        if (root := yaml.compose(text, CoreLoader)) is not None:
            return _Builder(text, problems).build(root, ())
        problems.add("yaml-syntax", "the file is empty")
    except (yaml.YAMLError, RecursionError) as error:
        problems.note(explain(text, error))
    return None


def _text(file: Path, problems: Problems) -> str | None:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problems.add("yaml-syntax", f"the file must be UTF-8; byte {error.start + 1}, in line {line}, isn't")
    except FileNotFoundError:
        problems.add("no-pipeline-file", "there is no such file")
    except IsADirectoryError:
        problems.add("no-pipeline-file", "this is a folder; name the pipeline file in it")
    except OSError as error:
        problems.add("no-pipeline-file", f"the file can't be read: {error.strerror}")
    return None


class _Builder:
    """Makes nodes of PyYAML's, and notes what YAML allows and a pipeline file doesn't."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems

    def build(self, node: yaml.Node, above: tuple[yaml.Node, ...]) -> Node:
        """``node`` and all that is in it; ``above``: what it is in."""
        place, last_line = _place(node, self._text), node.end_mark.line + 1
        if any(node is outer for outer in above):
            self._problems.add("yaml-syntax", "this stands for something that it is in itself", place)
            return Scalar(None, "", place, last_line)
        if isinstance(node, yaml.ScalarNode):
            return Scalar(self._value(node, place), node.value, place, last_line, self._dollars(node))
        within = (*above, node)
        if isinstance(node, yaml.SequenceNode):
            return Items([self.build(item, within) for item in node.value], place, last_line)
        return self._fields(node, within, place, last_line)

    def _value(self, node: yaml.ScalarNode, place: Place) -> Value:
        if is_cut_off(self._text, node):
            self._problems.add("cut-off", CUT_OFF, place)
        try:
            return value_of(node)
        except ValueError as error:
            self._problems.add("yaml-syntax", str(error), place)
            return None

    def _fields(self, node: Any, within: tuple[yaml.Node, ...], place: Place, last_line: int) -> Fields:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        merged: list[Fields] = []
        for key_node, value_node in node.value:
            key, key_place = self._key(key_node), _place(key_node, self._text)
            if key is None:
                continue
            if key in keys:
                self._problems.add(
                    "duplicate-key", f'"{key}" is given twice, first in line {keys[key].line}', key_place
                )
                continue
            keys[key] = key_place
            value = self.build(value_node, within)
            if key_node.tag == MERGE:
                merged += self._merged(value)
            else:
                values[key] = value
        for fields in merged:  # what is written here wins, then what is merged first
            values = {**fields.values, **values}
            keys = {**fields.keys, **keys}
        return Fields(values, {key: keys[key] for key in values}, place, last_line)

    def _key(self, node: yaml.Node) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            value = self._value(node, _place(node, self._text))
            if isinstance(value, str):
                return value
        written = f': quote it, "{node.value}"' if isinstance(node, yaml.ScalarNode) and node.value else ""
        self._problems.add("yaml-syntax", f"this key is no name{written}", _place(node, self._text))
        return None

    def _merged(self, value: Node) -> list[Fields]:
        """The mappings that ``<<`` names."""
        parts = list(value.items) if isinstance(value, Items) else [value]
        for part in parts:
            if not isinstance(part, Fields):
                self._problems.add("yaml-syntax", "<< wants a mapping, such as *name", part.place)
        return [part for part in parts if isinstance(part, Fields)]

    def _dollars(self, node: yaml.ScalarNode) -> list[Place]:
        """The places of ``${`` in the source; where escapes make them differ from the value's, that of the value."""
        start, end = node.start_mark.index, node.end_mark.index
        found = [match.start() for match in re.finditer(r"\$\{", self._text[start:end])]
        if len(found) != node.value.count("${"):
            return [_place(node, self._text)] * node.value.count("${")
        return [self._at(node, start + offset) for offset in found]

    def _at(self, node: yaml.Node, index: int) -> Place:
        """The place of the variable at ``index``, which is in ``node``."""
        before = self._text[node.start_mark.index : index]
        line = node.start_mark.line + before.count("\n") + 1
        break_before = self._text.rfind("\n", 0, index)
        variable = re.match(r"\$\{[^}\n]*\}?", self._text[index:])
        return Place(line, index - break_before, len(variable[0]) if variable else 1)


def _place(node: yaml.Node, text: str) -> Place:
    """Where ``node`` is, or as much of it as is in its first line."""
    start, end = node.start_mark, node.end_mark
    if end.line == start.line:
        return Place(start.line + 1, start.column + 1, max(1, end.column - start.column))
    line = re.match(r"[^\r\n]*", text[start.index :])
    return Place(start.line + 1, start.column + 1, max(1, len(line[0].rstrip()) if line else 1))
