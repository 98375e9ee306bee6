"""What every processor, reporter and connection of a plugin must keep to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest

from etl_host.core.connection import Connection
from etl_host.core.errors import EtlHostError
from etl_host.pipeline.options import options_model
from etl_host.pipeline.signature import options_of
from etl_host.registry.lookup import Registry
from etl_host.registry.spec import Kind
from etl_host.testing.bench import Bench
from etl_host.testing.checks import check, expected_to_fail, must_raise, where_of
from etl_host.testing.watching import Held, touched

_NEW_MODULES = """
import importlib, json, sys
sys.path[:] = json.loads(sys.argv[1])
import etl_host
etl_host.hookimpl, etl_host.ProcessorSpec
before = set(sys.modules)
importlib.import_module(sys.argv[2])
print()
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@cache
def _imported_by(module: str) -> list[str]:
    """The modules that importing ``module`` imports, in a process of its own."""
    command = [sys.executable, "-c", _NEW_MODULES, json.dumps(sys.path), module]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{module} can't be imported:\n{done.stderr}"
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return modules


class PluginContract:
    """The checks for all kinds; a plugin's test subclasses the contract of its kind.

    Every method whose name begins with ``test_`` is a check. One that does not fit can be overridden, or named in
    ``expected_failures`` with the reason.
    """

    kind: ClassVar[Kind]

    plugin: ClassVar[str]
    """The module with the plugin's hooks, as its entry point names it: ``"etl_host_csv.plugin"``."""

    name: ClassVar[str]
    """What pipeline files call the processor: ``"csv"``."""

    processor: ClassVar[Callable[..., Any]]
    """Its class."""

    expected_failures: ClassVar[Mapping[str, str]] = {}
    """Names of checks that are known to fail, each with the reason; one that passes after all is an error."""

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        """Options, as a pipeline file in ``tmp_path`` would give them; objects will do, too."""
        return {}

    @pytest.fixture
    def settings(self) -> Mapping[str, str]:
        """The environment of its contexts, from which connections are made."""
        return {}

    @pytest.fixture
    def connections(self) -> Mapping[str, Connection]:
        """Connections of its contexts by name, where they don't come from the settings. Each context closes them."""
        return {}

    @pytest.fixture
    def bench(
        self,
        options: Mapping[str, Any],
        settings: Mapping[str, str],
        connections: Mapping[str, Connection],
        tmp_path: Path,
    ) -> Iterator[Bench]:
        """For checks: where the processor is made."""
        bench = Bench(
            self.make,
            self.kind,
            type(self).processor,
            options=options,
            settings=settings,
            connections=connections,
            folder=tmp_path,
        )
        yield bench
        bench.close()

    def make(self, arguments: Mapping[str, Any], **injected: Any) -> Any:
        """The processor with these arguments; ``injected``: context, task and predecessor, as its kind has them."""
        return type(self).processor(**arguments, **injected)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "processor"):
            return  # the contract of a kind
        for name in set(dir(cls)).difference(cls.__dict__):
            # None where a contract that this one extends has nothing to check
            check = next((vars(base)[name] for base in cls.__mro__ if vars(base).get(name) is not None), None)
            if where := where_of(check):
                setattr(cls, name, check if cls.declares(where) else None)  # so that it isn't collected
        for name, reason in cls.expected_failures.items():
            if not name.startswith("test_") or getattr(cls, name, None) is None:
                raise TypeError(f"{cls.__name__}.expected_failures: there is no check {name}")
            setattr(cls, name, expected_to_fail(getattr(cls, name), reason))

    @classmethod
    def declares(cls, what: str) -> bool:
        """Whether checks that are for processors with ``what`` are for this one."""
        return bool(getattr(cls.processor, what, False))

    @check("annotate each parameter with a type that pydantic knows and that is imported at run time")
    def test_options_have_a_schema(self) -> None:
        """The signature of the constructor is the schema of the options: pipeline files are checked by it, and
        editors complete by it.
        """
        options_model(type(self).processor, self.kind).model_json_schema()

    @check('annotate it: Annotated[str, "The character between two cells."]')
    def test_each_option_says_what_it_is_for(self) -> None:
        """Each option has a line of help, which `etl-host plugin-info` shows."""
        options = options_of(type(self).processor, self.kind)
        without = [option.written for option in options if not option.help]
        assert not without, f"options without help: {', '.join(without)}"

    @check("take no **kwargs that swallow what the constructor does not know")
    def test_an_unknown_option_is_refused(self, bench: Bench) -> None:
        """An option that there is not is refused by its name, in a file and in Python: else a misspelt one would
        silently have no effect.
        """
        _, wrong = bench.checked({**bench.options, "no_such_option": 1})
        assert "unknown-option" in [fault.code for fault in wrong], "a pipeline file may name any option"
        arguments = bench.arguments()
        with must_raise(TypeError, "in Python the constructor takes any option"):
            self.example(bench, {**arguments, "no_such_option": 1})

    @check("move it to open(), read() or the first use")
    def test_the_constructor_opens_nothing(self, bench: Bench) -> None:
        """The constructor touches no file, connection, process or thread: chains are made to be checked and shown,
        too, and nobody would close what it opened.
        """
        arguments, held = bench.arguments(), Held()
        with touched() as outside:
            made = self.example(bench, arguments)
        assert not outside, f"the constructor did this: {'; '.join(outside)}"
        assert not (left := held.left_since()), f"the constructor left open: {', '.join(left)}"
        del made

    @check("have the hook of its kind return a ProcessorSpec with that name, and install the plugin (pip install -e .)")
    def test_the_plugin_offers_it(self) -> None:
        """The processor is found by its name through the plugin's entry point, as a pipeline file finds it."""
        try:
            found = Registry(os.environ).lookup(self.kind, self.name)
            target = found.target()
        except EtlHostError as error:
            pytest.fail(f"{error}; {error.remedy}" if error.remedy else str(error))
        module = found.plugin.value.partition(":")[0]
        assert module == self.plugin, f"{self.kind} {self.name} is found in {module}, not in {self.plugin}"
        assert target is type(self).processor, f"{self.kind} {self.name} is {target!r}"

    @check("import it where it is used; in the module with the hooks, name classes by their paths")
    def test_the_plugin_module_imports_nothing_heavy(self) -> None:
        """Importing the module with the hooks imports no other package but the host: listing plugins imports all of
        them, and must stay fast.
        """
        packages = {name.partition(".")[0] for name in _imported_by(self.plugin)}
        own = {"etl_host", self.plugin.partition(".")[0]}
        heavy = sorted(packages - own - sys.stdlib_module_names)
        assert not heavy, f"importing {self.plugin} imports {', '.join(heavy)}"

    def example(self, bench: Bench, arguments: Mapping[str, Any]) -> Any:
        """The processor with ``arguments``, for checks that only look at it."""
        raise NotImplementedError
