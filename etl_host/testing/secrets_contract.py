"""What everything that is given a secret must keep to."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from etl_host.pipeline.secrecy import is_secret
from etl_host.pipeline.signature import SignatureError, options_of
from etl_host.testing.bench import Bench
from etl_host.testing.canaries import CANARY, with_canaries
from etl_host.testing.checks import check
from etl_host.testing.contract import PluginContract


class SecretsContract(PluginContract):
    """The check of processors with options that are, or hold, a ``SecretStr``."""

    @classmethod
    def declares(cls, what: str) -> bool:
        return bool(cls.secret_options()) if what == "secret_options" else super().declares(what)

    @classmethod
    def secret_options(cls) -> Mapping[str, Any]:
        """The types of the options that are secrets, or hold some, by name."""
        try:
            options = options_of(cls.processor, cls.kind)
        except SignatureError:  # told by the check of the schema
            return {}
        return {option.written: option.type for option in options if is_secret(option.type)}

    @check(
        "keep it in a SecretStr, call get_secret_value() only where it is handed over, and never in a message",
        where="secret_options",
    )
    def test_secrets_are_never_shown(
        self, bench: Bench, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """The value of a secret option is in no repr, message, log line, reject or output, whatever fails."""
        secrets = {name: with_canaries(kind, bench.options.get(name)) for name, kind in self.secret_options().items()}
        arguments, wrong = bench.checked({**bench.options, **secrets})
        assert not wrong, f"give the rest of these options: {'; '.join(fault.message for fault in wrong)}"
        shown: list[tuple[str, str]] = []
        with caplog.at_level(logging.DEBUG):
            try:
                made = self.example(bench, arguments)
            except Exception as error:  # the secret may be a wrong one
                shown.append(_told(error))
            else:
                shown.append(("its repr", f"{made!r} {made}"))
                shown += [_asked(what, ask) for what, ask in self.use(bench, made)]
        output = capfd.readouterr()
        shown += [("the log", caplog.text), ("stdout", output.out), ("stderr", output.err)]
        leaks = dict.fromkeys(what for what, text in shown if CANARY in text)
        assert not leaks, f"the secret is shown in {', '.join(leaks)}"

    def use(self, bench: Bench, made: Any) -> Iterable[tuple[str, Callable[[], object]]]:
        """What a run does with ``made``, step by step: where what it gives is shown, and how to get it."""
        raise NotImplementedError


def _asked(what: str, ask: Callable[[], object]) -> tuple[str, str]:
    try:
        return what, repr(ask())
    except Exception as error:  # as above
        return _told(error)


def _told(error: BaseException) -> tuple[str, str]:
    return "an error", "".join(traceback.format_exception(error))
