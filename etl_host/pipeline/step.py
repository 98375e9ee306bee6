"""One processor that a file uses (or task, connection, reporter): from its options to the object."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from etl_host.core.checkpoint import Run
from etl_host.core.connection import Connection
from etl_host.core.errors import EtlHostError, OptionError, text_of
from etl_host.core.files.location import FileLocation
from etl_host.core.processor import BatchProcessor
from etl_host.core.reporting import Reporter
from etl_host.core.sink import Sink
from etl_host.core.source import Source
from etl_host.core.task import Task
from etl_host.pipeline.conversion import Surroundings, is_file
from etl_host.pipeline.model import Use
from etl_host.pipeline.nodes import Fields, Node, find, is_empty
from etl_host.pipeline.options import check_options
from etl_host.pipeline.problems import Place, Problems, with_remedy
from etl_host.pipeline.secrecy import is_secret, secrets_in
from etl_host.pipeline.signature import options_of, shorthand
from etl_host.pipeline.variables import Unresolved, Variables
from etl_host.registry.spec import Kind

_BASES: Final[Mapping[Kind, type]] = {
    "source": Source,
    "validator": BatchProcessor,
    "sink": Sink,
    "task": Task,
    "reporter": Reporter,
    "connection": Connection,
}


class Step:
    """``use`` with ``target``, the class that it names. What is wrong is noted in ``problems``, at its place.

    ``known``: the options that there are; ``options``: the nodes of those that are written; both by name. Raises
    SignatureError where ``target`` can't be configured.
    """

    def __init__(
        self, use: Use, target: Callable[..., Any], variables: Variables, surroundings: Surroundings, problems: Problems
    ) -> None:
        self.use = use
        self.target = target
        self._variables = variables
        self._surroundings = surroundings
        self._problems = problems
        self.known = {option.written: option for option in options_of(target, use.kind)}
        self.options = self._options(use.options)
        self._secret = {name for name, option in self.known.items() if is_secret(option.type)}
        for name, node in self.options.items():
            if name in self._secret or (self._secret and name not in self.known):  # a secret's name may be misspelt
                problems.hide(node)

    def _options(self, written: Node | None) -> Mapping[str, Node]:
        if written is None or is_empty(written):
            return {}
        if isinstance(written, Fields):
            return written.values
        if (first := shorthand(tuple(self.known.values()))) is not None:
            return {first.written: written}
        self._problems.add("wrong-value", f"{self._who} wants its options by name", written.place)
        return {}

    def arguments(self, run: Run) -> dict[str, Any] | None:
        """The arguments for the constructor; None where something is wrong with them."""
        data: dict[str, Any] = {}
        for name, node in self.options.items():
            try:
                data[name] = self._variables.resolve(node, run if self._may_name_run(name) else None)
            except Unresolved:
                continue
            if name in self._secret and isinstance(data[name], str):
                self._problems.hide_text(data[name])  # here, as it may be no value that the option takes
        unresolved = set(self.options) - set(data)
        arguments, wrong = check_options(self.target, self.use.kind, self.use.name, data, self._surroundings)
        for secret in secrets_in(arguments):
            self._problems.hide_text(secret)
        for fault in wrong:
            if fault.option not in unresolved:
                hidden = fault.code == "wrong-option" and fault.option in self._secret
                message = f"{fault.option}: not a value that {self._who} can use" if hidden else fault.message
                self._note(fault.code, message, fault.path, key=fault.key)
        return None if wrong or unresolved else arguments

    def make(self, run: Run, **injected: Any) -> Any:
        """The object, which touches nothing yet. Raises PipelineError where there can't be one."""
        arguments = self.arguments(run)
        if arguments is None:
            raise self._problems.error()
        try:
            made = self.target(**arguments, **self._wanted(injected))
        except OptionError as error:
            self._note(error.code, with_remedy(error), (error.option,))
        except EtlHostError as error:
            self._note(error.code, with_remedy(error), ())
        except ValueError as error:
            self._note("wrong-option", f"{self._who}: {error}", ())
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a plugin may not end the host
            self._note("broken-plugin", f"{self._who} can't be made: {type(error).__name__}: {text_of(error)}", ())
        else:
            if not isinstance(made, _BASES[self.use.kind]):
                message = f"{self._who} is no {self.use.kind}: {type(made).__name__}"
            elif isinstance(made, BatchProcessor | Task) and not hasattr(made, "context"):
                message = f"{self._who} can't be used: its constructor does not call super().__init__()"
            else:
                return made
            self._note("broken-plugin", message, ())
        raise self._problems.error()

    def recorded(self) -> Mapping[str, Any]:
        """Name and options as plain JSON, to compare with an earlier run's: without secrets."""
        options = {
            name: self._variables.recorded(node)
            for name, node in sorted(self.options.items())
            if name not in self._secret
        }
        return {"name": self.use.name, "options": options}

    def files(self, run: Run) -> Iterator[FileLocation]:
        """The files among the arguments for the constructor, which are known to be right."""
        for value in (self.arguments(run) or {}).values():
            if isinstance(value, FileLocation | Path):
                yield FileLocation.of(value)

    def _may_name_run(self, option: str) -> bool:
        """Whether ``${etl.run}`` may stand there."""
        if option == "parameters":
            return self.use.kind in ("sink", "task")
        return self.use.kind == "sink" and option in self.known and is_file(self.known[option].type)

    def _wanted(self, injected: Mapping[str, Any]) -> dict[str, Any]:
        """What the constructor takes of ``injected``: reporters may want a context, or not."""
        if self.use.kind != "reporter":
            return dict(injected)
        parameters = inspect.signature(self.target).parameters
        return {name: value for name, value in injected.items() if name in parameters}

    @property
    def _who(self) -> str:
        return f"{self.use.kind} {self.use.name}"

    def place(self, option: str | None) -> Place | None:
        """The place of an option's value; where that isn't written, of the name."""
        node = self.options.get(option or "")
        return self.use.place if node is None else node.place

    def _note(self, code: str, message: str, path: tuple[str | int, ...], *, key: bool = False) -> None:
        """Note a problem at ``path`` in the options; where nothing is written there, at the name."""
        place = self.use.place
        if path and path[0] in self.options:
            option = str(path[0])
            place = find(self.options[option], path[1:]).place
            if key and isinstance(self.use.options, Fields):
                place = self.use.options.keys[option]
        self._problems.add(code, message, place)
