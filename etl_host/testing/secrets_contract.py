"""What everything that is given a secret must keep to."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable
from typing import Any, Final

import pytest

from etl_host.pipeline.conversion import is_secret
from etl_host.pipeline.signature import SignatureError, options_of
from etl_host.testing.bench import Bench
from etl_host.testing.checks import check
from etl_host.testing.contract import PluginContract

CANARY: Final = "canary-5a1cbd83e0"
"""Stands for every secret."""


class SecretsContract(PluginContract):
    """The check of processors with options of the type ``SecretStr``."""

    @classmethod
    def declares(cls, what: str) -> bool:
        return bool(cls.secret_options()) if what == "secret_options" else super().declares(what)

    @classmethod
    def secret_options(cls) -> list[str]:
        """The names of the options that are secrets."""
        try:
            options = options_of(cls.processor, cls.kind)
        except SignatureError:  # told by the check of the schema
            return []
        return [option.written for option in options if is_secret(option.type)]

    @check(
        "keep it in a SecretStr, call get_secret_value() only where it is handed over, and never in a message",
        where="secret_options",
    )
    def test_secrets_are_never_shown(
        self, bench: Bench, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """The value of a secret option is in no repr, message, log line, reject or output, whatever fails."""
        options = {**bench.options, **dict.fromkeys(self.secret_options(), CANARY)}
        shown: dict[str, str] = {}
        with caplog.at_level(logging.DEBUG):
            try:
                made = self.example(bench, bench.arguments(options))
                shown["its repr"] = f"{made!r} {made}"
                for what, text in self.use(bench, made):
                    shown[what] = shown.get(what, "") + text
            except Exception as error:  # whatever it is: it may be that the secret is wrong
                shown["an error"] = "".join(traceback.format_exception(error))
        output = capfd.readouterr()
        shown |= {"the log": caplog.text, "stdout": output.out, "stderr": output.err}
        leaks = [what for what, text in shown.items() if CANARY in text]
        assert not leaks, f"the secret is shown in {', '.join(leaks)}"

    def use(self, bench: Bench, made: Any) -> Iterable[tuple[str, str]]:
        """Do with ``made`` what a run does; yields what it says, each with where."""
        raise NotImplementedError
