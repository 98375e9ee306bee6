from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from etl_host.pipeline.imports import Importer


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text))


def test_a_module_beside_the_pipeline_is_found_by_its_path(tmp_path: Path) -> None:
    write(tmp_path / "models.py", "class Stop:\n    class Inner: pass\n")
    importer = Importer(tmp_path)
    stop = importer.load("models:Stop")
    assert isinstance(stop, type)
    assert stop.__name__ == "Stop"
    assert importer.load("models:Stop.Inner") is vars(stop)["Inner"]


def test_two_pipelines_in_one_process_have_each_their_own_modules(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        write(tmp_path / folder / "names.py", f"NAME = {folder!r}\n")
        write(tmp_path / folder / "models.py", "from names import NAME\n")
    one, other = Importer(tmp_path / "one"), Importer(tmp_path / "other")
    assert one.load("models:NAME") == "one"
    assert other.load("models:NAME") == "other"
    assert one.load("names:NAME") == "one"
    assert "names" not in sys.modules
    assert "models" not in sys.modules


def test_a_module_is_loaded_once_for_a_pipeline_and_anew_for_the_next(tmp_path: Path) -> None:
    write(tmp_path / "models.py", "class Stop: pass\n")
    importer = Importer(tmp_path)
    assert importer.load("models:Stop") is importer.load("models:Stop")
    assert Importer(tmp_path).load("models:Stop") is not importer.load("models:Stop")


def test_a_package_beside_the_pipeline_may_import_its_parts(tmp_path: Path) -> None:
    write(tmp_path / "feed" / "__init__.py", "")
    write(tmp_path / "feed" / "base.py", "class Base: pass\n")
    write(tmp_path / "feed" / "models.py", "from .base import Base\nclass Stop(Base): pass\n")
    stop = Importer(tmp_path).load("feed.models:Stop")
    assert isinstance(stop, type)
    assert [base.__name__ for base in stop.__mro__[:2]] == ["Stop", "Base"]
    assert "feed" not in sys.modules


def test_annotations_that_are_strings_are_understood(tmp_path: Path) -> None:
    write(
        tmp_path / "models.py",
        """
        from __future__ import annotations
        from pydantic import BaseModel
        class Place(BaseModel):
            name: str
        class Stop(BaseModel):
            place: Place
        """,
    )
    stop = Importer(tmp_path).load("models:Stop")
    assert stop.model_validate({"place": {"name": "x"}}).place.name == "x"  # type: ignore[attr-defined]


def test_what_is_not_beside_the_pipeline_is_imported_as_usual(tmp_path: Path) -> None:
    from decimal import Decimal

    assert Importer(tmp_path).load("decimal:Decimal") is Decimal


def test_a_module_beside_the_pipeline_does_not_hide_pythons_own_from_others(tmp_path: Path) -> None:
    write(tmp_path / "csv.py", "raise RuntimeError('wrong csv')\n")
    write(tmp_path / "models.py", "import csv\nreader = csv.reader\n")
    import csv

    assert Importer(tmp_path).load("models:reader") is csv.reader


def test_the_path_for_imports_is_as_before(tmp_path: Path) -> None:
    before = list(sys.path)
    write(tmp_path / "models.py", "class Stop: pass\n")
    Importer(tmp_path).load("models:Stop")
    with pytest.raises(ValueError, match="there is no"):
        Importer(tmp_path).load("nothing:Stop")
    assert sys.path == before


@pytest.mark.parametrize("name", ["models", "models:", ":Stop", "models.Stop", "a b:Stop", "../models:Stop", ""])
def test_a_name_of_another_form_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it must be of the form module:Class"):
        Importer(tmp_path).load(name)


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        ("class Stop: pass\n", "models:Stpo", 'there is no Stpo in models, did you mean "Stop"?'),
        ("class Stop: pass\n", "models:Stop.Inner", "there is no Inner in models"),
        ("class Stop: pass\n", "modles:Stop", "there is no {folder}/modles.py, and no installed module modles"),
        (
            "import nowhere_at_all\n",
            "models:Stop",
            "{folder}/models.py:1 can't be imported: ModuleNotFoundError: No module named 'nowhere_at_all'",
        ),
        (
            "x = 1\n\n1 / 0\n",
            "models:Stop",
            "{folder}/models.py:3 can't be imported: ZeroDivisionError: division by zero",
        ),
        ("x = 1\nclass Stop\n", "models:Stop", "{folder}/models.py:2 can't be imported: SyntaxError: expected ':'"),
        ("import sys\nsys.exit(3)\n", "models:Stop", "{folder}/models.py:2 can't be imported: SystemExit: 3"),
    ],
)
def test_what_cannot_be_had_is_explained(source: str, name: str, message: str, tmp_path: Path) -> None:
    write(tmp_path / "models.py", source)
    with pytest.raises(ValueError, match=r".") as caught:
        Importer(tmp_path).load(name)
    assert str(caught.value) == message.format(folder=tmp_path)


def test_a_module_that_failed_is_not_left_behind(tmp_path: Path) -> None:
    write(tmp_path / "models.py", "import helpers_of_models\n1 / 0\n")
    write(tmp_path / "helpers_of_models.py", "")
    before = set(sys.modules)
    with pytest.raises(ValueError, match="division"):
        Importer(tmp_path).load("models:Stop")
    assert set(sys.modules) == before
