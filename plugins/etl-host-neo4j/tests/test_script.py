"""Where a file of Cypher is cut into statements."""

from __future__ import annotations

import pytest

from etl_host_neo4j.script import code_of, statements_of


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", []),
        (" ; ;\n", []),
        ("RETURN 1", ["RETURN 1"]),
        ("RETURN 1;\nRETURN 2;", ["RETURN 1", "RETURN 2"]),
        ("RETURN 'a;b'; RETURN \"c;d\"", ["RETURN 'a;b'", 'RETURN "c;d"']),
        (r"RETURN 'it\'s;'; RETURN 2", [r"RETURN 'it\'s;'", "RETURN 2"]),
        ("MATCH (n:`a;b``;c`) RETURN n", ["MATCH (n:`a;b``;c`) RETURN n"]),
        ("// no; statement\nRETURN 1", ["RETURN 1"]),
        ("RETURN /* a;b */ 1", ["RETURN   1"]),
        ("RETURN 'http://x;y'", ["RETURN 'http://x;y'"]),
        ("RETURN 'never closed; RETURN 2", ["RETURN 'never closed; RETURN 2"]),
    ],
)
def test_a_semicolon_ends_a_statement_unless_it_is_in_text_a_name_or_a_comment(
    text: str, statements: list[str]
) -> None:
    assert list(statements_of(text)) == statements


def test_code_is_what_is_not_quoted_or_commented() -> None:
    assert code_of("RETURN 'IN TRANSACTIONS' // IN TRANSACTIONS\n, `IN TRANSACTIONS`").split() == ["RETURN", ","]
