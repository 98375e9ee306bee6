"""Classes that a pipeline file names, ``models:Stop``, from modules beside it or installed ones."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType

from etl_host.core.errors import text_of
from etl_host.registry.suggestions import did_you_mean

_numbers = count(1)


class Importer:
    """Imports for one pipeline.

    ``<folder>/models.py`` is loaded by its path, so another pipeline's is another module.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[str, ModuleType] = {}
        self.names: dict[str, None] = {}
        """What was loaded, in that order, each once."""

    def load(self, name: str) -> object:
        """What ``name``, of the form ``module:Class``, stands for.

        Raises ValueError where there is nothing to be had.
        """
        module_name, colon, path = name.partition(":")
        if not colon or not all(part.isidentifier() for part in [*module_name.split("."), *path.split(".")]):
            raise ValueError("it must be of the form module:Class, such as models:Stop")
        found: object = self._module(module_name)
        for part in path.split("."):
            if not hasattr(found, part):
                known = (
                    [known for known in vars(found) if not known.startswith("_")] if hasattr(found, "__dict__") else []
                )
                raise ValueError(f"there is no {part} in {module_name}{did_you_mean(part, known)}")
            found = getattr(found, part)
        self.names[name] = None
        return found

    def _module(self, name: str) -> ModuleType:
        if name in self._loaded:
            return self._loaded[name]
        first, dot, rest = name.partition(".")
        file = next((file for file in self._candidates(first) if file.is_file()), None)
        with self._siblings():
            try:
                if file is None:
                    self._loaded[name] = importlib.import_module(name)
                else:
                    package = self._loaded.get(first) or _loaded_from(file, first)
                    self._loaded[first] = package
                    self._loaded[name] = importlib.import_module(f"{package.__name__}{dot}{rest}")
            except (Exception, SystemExit) as error:
                raise ValueError(self._why(name, file, error)) from error
        return self._loaded[name]

    def _candidates(self, name: str) -> tuple[Path, Path]:
        return self._folder / f"{name}.py", self._folder / name / "__init__.py"

    @contextmanager
    def _siblings(self) -> Iterator[None]:
        """Lets a module import others from the folder, which are forgotten again: they too are this pipeline's alone.

        The folder goes to the end of the path, or its csv.py would hide Python's.
        """
        folder, before = str(self._folder), set(sys.modules)
        sys.path.append(folder)
        try:
            yield
        finally:
            sys.path.remove(folder)
            for name in set(sys.modules) - before:
                file = getattr(sys.modules[name], "__file__", None)
                if file and Path(file).is_relative_to(folder) and not _is_ours(name):
                    del sys.modules[name]

    def _why(self, name: str, file: Path | None, error: BaseException) -> str:
        if isinstance(error, ModuleNotFoundError) and file is None and name.startswith(error.name or " "):
            return f"there is no {self._candidates(name.partition('.')[0])[0]}, and no installed module {name}"
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno if frames else None
        where = f"{file or name}{f':{line}' if line else ''}"
        message = error.msg if isinstance(error, SyntaxError) else text_of(error)
        return f"{where} can't be imported: {type(error).__name__}: {message}"


def _loaded_from(file: Path, name: str) -> ModuleType:
    """The module in ``file``, under a name that no other has."""
    unique = f"{name}__of_pipeline_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(unique, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[unique] = module  # pydantic looks there for the names in annotations
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[unique]
        raise
    return module


def _is_ours(name: str) -> bool:
    return "__of_pipeline_" in name.partition(".")[0]
