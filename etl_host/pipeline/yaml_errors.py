"""Why a text is no YAML, in the words of a pipeline file."""

from __future__ import annotations

import re

import yaml

from etl_host.pipeline.problems import Place, PlacedProblem
from etl_host.pipeline.yaml_core import CoreLoader

CUT_OFF = 'the value ends before " #", the rest is a comment: quote the value, or write it below "|"'

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_COMMENT = re.compile(r"[ \t]+#.*")
_VARIABLE = re.compile(r"\$\{[^}\n]*\}?")

_REMEDIES = (
    (r"character '\t'", "lines can't be indented by tabs: use spaces"),
    ("cannot start any token", "quote the value that begins with it"),
    ("mapping values are not allowed", 'quote the value that has ": " in it, or write it below "|"'),
    ("found undefined alias", "define the anchor, &name, further up"),
)


def explain(text: str, error: yaml.YAMLError | RecursionError) -> PlacedProblem:
    """What is wrong with ``text``, which is no YAML."""
    match error:
        case RecursionError():
            return PlacedProblem("yaml-syntax", "the file is nested too deeply")
        case yaml.reader.ReaderError(position=position):
            before = text[:position]
            place = Place(before.count("\n") + 1, position - before.rfind("\n"))
            message = f"the character U+{ord(text[position]):04X} may not be in a YAML file"
            return PlacedProblem("yaml-syntax", message, place)
        case yaml.MarkedYAMLError(problem_mark=yaml.Mark() as mark):
            return _unquoted_variable(text, mark) or _cut_off_before(text, mark) or _syntax(error, mark)
    return PlacedProblem("yaml-syntax", str(error))


def is_cut_off(text: str, node: yaml.ScalarNode) -> bool:
    """Whether the comment behind an unquoted value is its rest: then it leaves a quote or bracket open."""
    is_plain = node.style is None
    return is_plain and bool(_COMMENT.match(text, node.end_mark.index)) and _leaves_open(node.value)


def _leaves_open(value: str) -> bool:
    value = _APOSTROPHE.sub("", value)
    odd_quotes = any(value.count(quote) % 2 for quote in "'\"`")
    return odd_quotes or any(value.count(left) > value.count(right) for left, right in ("()", "[]", "{}"))


def _unquoted_variable(text: str, mark: yaml.Mark) -> PlacedProblem | None:
    """``{csv: ${feed}}``: in braces and brackets, the brace of an unquoted ``${`` opens a mapping."""
    variable = _VARIABLE.match(text, mark.index - 1)
    if not mark.column or not variable:
        return None
    message = f'between {{ }} or [ ] a variable must be in quotes: "{variable[0]}"'
    return PlacedProblem("unquoted-variable", message, Place(mark.line + 1, mark.column, len(variable[0])))


def _cut_off_before(text: str, mark: yaml.Mark) -> PlacedProblem | None:
    """The value before ``mark`` whose rest became a comment, so that what follows makes no sense."""
    value = _last_value_before(text, mark)
    if value is None or not value.plain or not (comment := _COMMENT.match(text, value.end_mark.index)):
        return None
    is_next = not text[comment.end() : mark.index].strip()
    if not is_next and not _leaves_open(value.value):
        return None
    start = value.start_mark
    width = len(re.match(r".*", text[start.index : value.end_mark.index])[0])  # type: ignore[index]
    return PlacedProblem("cut-off", CUT_OFF, Place(start.line + 1, start.column + 1, width))


def _last_value_before(text: str, mark: yaml.Mark) -> yaml.ScalarToken | None:
    last = None
    try:
        for token in yaml.scan(text, CoreLoader):
            if token.start_mark.index >= mark.index:
                break
            last = token if isinstance(token, yaml.ScalarToken) else last
    except yaml.YAMLError:
        pass  # the very error that is being explained
    return last


def _syntax(error: yaml.MarkedYAMLError, mark: yaml.Mark) -> PlacedProblem:
    problem, context = str(error.problem), error.context_mark
    if problem == "second occurrence":  # PyYAML has it the other way round
        problem, context = str(error.context).partition(";")[0], None
    remedy = next((f": {remedy}" for part, remedy in _REMEDIES if part in problem), "")
    where = f" ({error.context}, which begins in line {context.line + 1})" if context and error.context else ""
    problem = problem.replace("'<stream end>'", "the end of the file").replace(r"'\t'", "tab")
    return PlacedProblem("yaml-syntax", f"{problem}{remedy}{where}", Place(mark.line + 1, mark.column + 1))
