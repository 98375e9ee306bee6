from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from etl_host.registry.spec import ProcessorSpec
from plugin_folder import PluginFolder


def test_a_target_is_imported_when_it_is_loaded_and_not_before(folder: PluginFolder) -> None:
    folder.module("spec_target.inner", "class Outer:\n    class Inner: pass\n")
    spec = ProcessorSpec("x", "spec_target.inner:Outer.Inner", "A test's.")
    import sys

    assert "spec_target.inner" not in sys.modules
    assert spec.load().__qualname__ == "Outer.Inner"


def test_a_class_may_be_given_itself() -> None:
    assert ProcessorSpec("path", Path, "A test's.").load() is Path


@pytest.mark.parametrize("name", ["", "two words", "etl-host-csv/csv", "csv:", "-csv"])
def test_names_that_a_pipeline_could_not_write_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="can't be called"):
        ProcessorSpec(name, "a:B", "")


@pytest.mark.parametrize("target", ["", "a.b", "a:", ":B", "a b:C", "a:B()", "a..b:C"])
def test_malformed_targets_are_refused(target: str) -> None:
    with pytest.raises(ValueError, match='not "module:Class"'):
        ProcessorSpec("x", target, "")


@pytest.mark.parametrize("wrong", [("x", 3, ""), (3, "a:B", ""), ("x", "a:B", None)])
def test_arguments_of_other_types_are_refused(wrong: tuple[Any, Any, Any]) -> None:
    with pytest.raises(TypeError, match=r"x|3"):
        ProcessorSpec(*wrong)


def test_a_target_that_its_module_lacks_is_an_import_error_naming_both() -> None:
    with pytest.raises(ImportError, match="module json has no Nothing"):
        ProcessorSpec("x", "json:Nothing", "").load()


def test_a_target_that_is_no_class_is_refused() -> None:
    with pytest.raises(TypeError, match="json:__name__ is 'json', which is no class"):
        ProcessorSpec("x", "json:__name__", "").load()


def test_it_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ProcessorSpec("x", "a:B", "").name = "y"  # type: ignore[misc]
