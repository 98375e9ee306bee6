"""How an entry of the log is written. Whatever text it holds, it can't steer a terminal, and holds no secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from etl_host.cli.redaction import without_secrets
from etl_host.core.json_values import to_json
from etl_host.core.visible import visible

_NO_EXTRAS: Final = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


class TextFormatter(logging.Formatter):
    """``WARNING etl_host.delivery: …``, and the traceback below it where there is one."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__()
        self._settings = settings

    def format(self, record: logging.LogRecord) -> str:
        text = "\n".join([f"{record.levelname} {record.name}: {_message(record)}", *_traceback(self, record)])
        return visible(without_secrets(text, self._settings), keep="\n\t")


class JSONFormatter(logging.Formatter):
    """An object on one line: time, level, logger, message, what the entry was given as ``extra``, exception.

    Values that JSON lacks are tagged, as in files of rejects.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__()
        self._settings = settings

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        extras = {name: value for name, value in vars(record).items() if name not in _NO_EXTRAS}
        entry = {**entry, **{name: _plain(value) for name, value in extras.items() if name not in entry}}
        if traceback := _traceback(self, record):
            entry["exception"] = "\n".join(traceback)
        return json.dumps(self._cleaned(entry))

    def _cleaned(self, value: Any) -> Any:
        """``value`` without secrets; they are looked for before JSON escapes parts of them."""
        match value:
            case str():
                return without_secrets(value, self._settings)
            case dict():
                return {self._cleaned(key): self._cleaned(item) for key, item in value.items()}
            case list():
                return [self._cleaned(item) for item in value]
        return value


def _message(record: logging.LogRecord) -> str:
    """Its message; where that doesn't go with its arguments, which is somebody's mistake, without them."""
    try:
        return record.getMessage()
    except Exception:
        return str(record.msg)


def _plain(value: object) -> Any:
    try:
        return to_json(value)
    except Exception as error:  # raised by a repr, or a value that holds itself
        return {"$repr": f"<{type(value).__name__} that raises {type(error).__name__}>"}


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    parts = [formatter.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
    return [*parts, *([formatter.formatStack(record.stack_info)] if record.stack_info else [])]
