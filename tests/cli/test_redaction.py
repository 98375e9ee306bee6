from __future__ import annotations

import pytest

from etl_host.cli.redaction import without_secrets


@pytest.mark.parametrize(
    "name", ["NEO4J_PASSWORD", "db_password", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "X_API_KEY", "APIKEY", "MY_AUTH"]
)
def test_the_value_of_a_variable_that_sounds_like_a_secret_is_not_shown(name: str) -> None:
    assert without_secrets("no way in with hunter2!", {name: "hunter2"}) == "no way in with …!"


def test_other_values_and_very_short_ones_are() -> None:
    settings = {"HOME": "/home/anna", "NEO4J_PASSWORD": "pw", "AUTHOR": "anna", "EMPTY_TOKEN": ""}
    assert without_secrets("anna in /home/anna: pw", settings) == "anna in /home/anna: pw"


def test_the_longer_of_two_secrets_is_hidden_as_a_whole() -> None:
    assert without_secrets("a hunter2-and-more", {"A_TOKEN": "hunter2", "B_TOKEN": "hunter2-and-more"}) == "a …"
