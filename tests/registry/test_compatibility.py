from __future__ import annotations

import subprocess
import sys

import pytest

from etl_host.registry.compatibility import objection


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("etl-host", "1.0"),
        ("etl-host>=1.2", "1.2.0"),
        ("etl-host >= 1.2, < 2", "1.10"),
        ("etl-host (>=1.2,<2)", "1.2"),
        ("ETL_Host==1.2", "1.2.0"),
        ("etl-host!=1.1", "1.2"),
        ("etl-host~=1.2", "1.9"),
        ("etl-host==1.*", "1.7"),
        ("etl-host>=1.2", "1.3rc1"),
        ("etl-host[fast]>=1", "1.0"),
        ('etl-host>=99; python_version<"3"', "1.0"),
        ('etl-host[testing]>=99; extra == "test"', "1.0"),
        ("etl-host @ file:///tmp/etl-host", "1.0"),
        ("etl-host-csv>=99", "1.0"),
        ("etl>=99", "1.0"),
    ],
)
def test_what_allows_this_version(line: str, version: str) -> None:
    assert objection(["pluggy>=1", line], version) == ""


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("etl-host>=2", "1.9"),
        ("etl-host>1.2", "1.2.0"),
        ("etl-host<2", "2.0"),
        ("etl-host>=1.10", "1.9"),
        ("etl-host>=1,<2", "2.1"),
        ("etl-host>=1,!=1.5", "1.5"),
        ("etl-host~=1.2", "2.0"),
        ("etl-host==1.*", "2.0"),
        ("etl-host>=1.3", "1.3rc1"),
        ('etl-host>=2; python_version>="3"', "1.0"),
        ("etl_host[fast]>=2", "1.0"),
    ],
)
def test_what_does_not_is_told(line: str, version: str) -> None:
    assert objection(["pluggy>=1", line], version) == line


def test_of_several_lines_each_must_be_met() -> None:
    assert objection(["etl-host>=1", "etl-host<2"], "2.5") == "etl-host<2"


def test_a_line_that_cannot_be_read_is_an_error_only_where_it_is_about_the_host() -> None:
    assert objection(["other>>=1 nonsense"], "1.0") == ""
    with pytest.raises(ValueError, match="nonsense"):
        objection(["etl-host>>=1 nonsense"], "1.0")


def test_plain_requirements_are_compared_without_importing_packaging() -> None:
    code = """
        import sys
        from etl_host.registry.compatibility import objection
        assert objection(["etl-host>=1.2,<2"], "2.0") and not objection(["etl-host (>=0.1)"], "0.1.0")
        assert "packaging" not in sys.modules
        assert not objection(["etl-host~=1.2"], "1.3")
        assert "packaging" in sys.modules
    """
    subprocess.run([sys.executable, "-c", "if True:" + code], check=True)
