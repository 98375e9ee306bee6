from __future__ import annotations

from email import message_from_string

import importlib_metadata
import pytest

from etl_host.registry.headers import headers_of


def test_values_are_found_by_name_in_their_order() -> None:
    text = "Metadata-Version: 2.1\nName: a\nRequires-Dist: b>=1\nREQUIRES-DIST: c; python_version < '3'\n"
    headers = headers_of(text)
    assert (headers["name"], headers["requires-dist"]) == (["a"], ["b>=1", "c; python_version < '3'"])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_description_is_no_header(end: str) -> None:
    assert headers_of(end.join(["Name: a", "Summary:  of a ", "", "Name: b"])) == {"name": ["a"], "summary": ["of a"]}


def test_a_folded_line_goes_on() -> None:
    assert headers_of("Summary: one\n  two\n\tthree\nName: a")["summary"] == ["one two three"]


@pytest.mark.parametrize("text", ["", "\n", "Name", "Name:", "no header at all\n"])
def test_where_there_is_nothing_it_finds_nothing(text: str) -> None:
    assert headers_of(text) == {}


def test_it_finds_what_the_email_package_finds_in_all_that_is_installed() -> None:
    for distribution in importlib_metadata.distributions():
        text = distribution.read_text("METADATA") or ""
        headers, message = headers_of(text), message_from_string(text)
        for name in ("Name", "Version", "Requires-Dist"):
            assert headers.get(name.lower(), []) == message.get_all(name, [])
