"""What a connection must keep to."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from etl_host.core.connection import Connection
from etl_host.core.errors import ConnectionMissing
from etl_host.registry.spec import Kind
from etl_host.testing.bench import Bench
from etl_host.testing.canaries import CANARY
from etl_host.testing.checks import check
from etl_host.testing.secrets_contract import SecretsContract
from etl_host.testing.watching import Held, must_close_everything, touched


class ConnectionContract(SecretsContract):
    """The checks of a connection. With the fixtures ``options`` and ``settings``, and the method ``use_it``."""

    kind: ClassVar[Kind] = "connection"

    secret_settings: ClassVar[Sequence[str]] = ()
    """The names of settings that are secrets."""

    needs_settings: ClassVar[bool] = True
    """False where it can be made without any."""

    def use_it(self, connection: Any) -> None:
        """Do something that makes it connect; may raise."""
        pytest.fail("give your contract's class a method use_it")

    def example(self, bench: Bench, arguments: Mapping[str, Any]) -> Any:
        return self.make(arguments)

    def use(self, bench: Bench, made: Any) -> Iterable[tuple[str, Callable[[], object]]]:
        yield "what it gives", lambda: self.use_it(made)
        yield "its end", made.close

    def from_settings(self, settings: Mapping[str, str]) -> Any:
        """The connection that the settings describe."""
        processor: Any = type(self).processor
        return processor.from_settings(settings, self.name)

    @classmethod
    def declares(cls, what: str) -> bool:
        match what:
            case "secret_settings":
                return bool(cls.secret_settings)
            case "needs_settings":
                return cls.needs_settings
            case _:
                return super().declares(what)

    @check("raise ConnectionMissing, with what to set as its remedy", where="needs_settings")
    def test_settings_that_lack_are_named(self) -> None:
        """Without settings, from_settings() raises ConnectionMissing with a remedy: there is no place to guess."""
        with pytest.raises(ConnectionMissing) as missing:
            self.from_settings({})
        assert missing.value.remedy, "the error has no remedy"

    @check("connect on first use")
    def test_from_settings_opens_nothing(self, settings: Mapping[str, str]) -> None:
        """from_settings() gives a connection, and touches nothing yet: it may never be used."""
        held = Held()
        with touched() as outside:
            connection = self.from_settings(settings)
        assert isinstance(connection, Connection)
        assert not outside, f"from_settings() did this: {'; '.join(outside)}"
        assert not (left := held.left_since()), f"from_settings() left open: {', '.join(left)}"

    @check("look in close() whether there is something to close")
    def test_it_is_closed_without_use(self, bench: Bench) -> None:
        """close() works where nothing was ever used."""
        self.make(bench.arguments()).close()

    @check("close in close() all that was opened")
    def test_closing_closes_everything(self, bench: Bench) -> None:
        """After use, close() lets go of every file, socket and thread."""

        def use() -> object:
            connection = self.make(bench.arguments())
            self.use_it(connection)
            connection.close()
            return connection

        must_close_everything(use)

    @check("keep it in a SecretStr, and leave it out of messages", where="secret_settings")
    def test_secret_settings_are_never_shown(
        self, settings: Mapping[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        """The value of a secret setting is in no repr, message or log line, whatever fails."""
        given = {**settings, **dict.fromkeys(self.secret_settings, CANARY)}
        shown = {}
        with caplog.at_level(logging.DEBUG):
            connection = self.from_settings(given)
            shown["its repr"] = f"{connection!r} {connection}"
            try:
                self.use_it(connection)
            except Exception as error:  # the secret is wrong, after all
                shown["an error"] = "".join(traceback.format_exception(error))
            finally:
                connection.close()
        shown["the log"] = caplog.text
        leaks = [what for what, text in shown.items() if CANARY in text]
        assert not leaks, f"the secret is shown in {', '.join(leaks)}"
