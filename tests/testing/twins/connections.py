"""A connection that keeps its contract, and wrong ones that each break it in one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self, TextIO

from pydantic import SecretStr

from etl_host import Connection, ConnectionMissing

Password = Annotated[SecretStr | None, "Not needed."]


class Notes:
    """A file."""

    def __init__(self, file: Annotated[Path, "Which."], *, password: Password = None) -> None:
        self.file = file
        self.password = password
        self.opened: TextIO | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        if "NOTES_FILE" not in settings:
            raise ConnectionMissing(f"connection {name}: NOTES_FILE is not set", remedy="set NOTES_FILE")
        return cls(Path(settings["NOTES_FILE"]), password=SecretStr(settings["NOTES_PASSWORD"]))

    def read(self) -> str:
        self.opened = self.opened or self.file.open()
        return self.opened.read()

    def close(self) -> None:
        if self.opened is not None:
            self.opened.close()


class NeedsNothing(Notes):
    """Has a file to begin with."""

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        return super().from_settings({"NOTES_FILE": "notes.txt", "NOTES_PASSWORD": "", **settings}, name)


class GuessesItsFile(Notes):
    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        return super().from_settings({"NOTES_FILE": "notes.txt", "NOTES_PASSWORD": "", **settings}, name)


class ConnectsFromSettings(Notes):
    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        made = super().from_settings(settings, name)
        made.read()
        return made


class ClosesWhatItNeverOpened(Notes):
    def close(self) -> None:
        assert self.opened is not None
        self.opened.close()


class ClosesNothing(Notes):
    def close(self) -> None: ...


class ShowsSecretSetting(Notes):
    shown = ""

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        made = super().from_settings(settings, name)
        made.shown = str(settings)
        return made

    def __repr__(self) -> str:
        return f"Notes({self.shown})"


TWINS: Mapping[str, Sequence[type[Connection]]] = {
    "test_settings_that_lack_are_named": [GuessesItsFile],
    "test_from_settings_opens_nothing": [ConnectsFromSettings],
    "test_it_is_closed_without_use": [ClosesWhatItNeverOpened],
    "test_closing_closes_everything": [ClosesNothing],
    "test_secret_settings_are_never_shown": [ShowsSecretSetting],
}
