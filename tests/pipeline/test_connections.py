from __future__ import annotations

import pytest

from pipeline_folder import PipelineFolder
from toy_store import Toy

HEAD = "pipeline: p\nreporters: []\n"
TASKS = "tasks: [{task: a, source: {lines: a.txt}, sink: {table: {table: t%s}}}]\n"


def loaded_to(folder: PipelineFolder) -> set[str]:
    """The places that rows went to."""
    return {place for place, store in Toy.stores.items() if store.tables}


@pytest.mark.parametrize(
    ("head", "option", "choices", "place"),
    [
        ("", "", {}, "from the settings"),
        ("connections: {toy: {place: declared}}\n", "", {}, "declared"),
        ("connections: {prod: {kind: toy, place: declared}}\n", ", connection: prod", {}, "declared"),
        ("connections: {prod: {kind: toy, place: '${HERE}'}}\n", ", connection: prod", {}, "there"),
        ("", "", {"toy": "paper"}, "paper"),
        ("connections: {toy: {place: declared}}\n", "", {"toy": "paper"}, "paper"),
        ("connections: {toy: {place: declared}}\n", "", {"toy": "toy"}, "declared"),
        ("connections: {prod: {kind: toy, place: '${NOWHERE}'}}\n", ", connection: prod", {"prod": "paper"}, "paper"),
        ("connections: {toy: {kind: paper, place: mine}}\n", "", {"toy": "paper"}, "mine"),
        ("", "", {"toy": Toy("given")}, "given"),
        ("", ", connection: mine", {"mine": Toy("given")}, "given"),
    ],
)
def test_a_connection_is_the_one_chosen_else_declared_else_of_the_settings(
    head: str, option: str, choices: dict[str, str | Toy], place: str, folder: PipelineFolder
) -> None:
    folder.write("a.txt", "1\n")
    settings = {"TOY_PLACE": "from the settings", "HERE": "there"}
    folder.load(HEAD + head + TASKS % option, settings=settings, connections=choices).run()
    assert loaded_to(folder) == {place}


@pytest.mark.parametrize(
    ("head", "choices", "problem"),
    [
        (
            "connections: {prod: {kind: toy, place: x}}\n",
            {"prdo": "paper"},
            'prdo=paper: no plugin offers a connection "prdo"; installed are: paper, toy, did you mean "prod"? '
            "[unknown-plugin]",
        ),
        (
            "",
            {"toy": "ppaer"},
            'toy=ppaer: no plugin offers a connection "ppaer", did you mean "paper"? installed are: paper, toy '
            "[unknown-plugin]",
        ),
        (
            "connections: {p: {kind: paper, place: x}}\n",
            {"p": "toy"},
            "3:25: connection p is of kind paper, in whose place toy can't be used [wrong-connection]",
        ),
        (
            "",
            {"toy": "toy"},
            "connection toy: TOY_PLACE is not set; set TOY_PLACE [no-connection-given]",
        ),
        (
            "connections: {toy: {place: x, palce: y}}\n",
            {},
            '3:31: connection toy has no option "palce", did you mean "place"? [unknown-option]',
        ),
    ],
)
def test_a_wrong_connection_is_a_problem(
    head: str, choices: dict[str, str], problem: str, folder: PipelineFolder
) -> None:
    assert folder.problems(HEAD + head + TASKS % "", settings={}, connections=choices) == [problem]
