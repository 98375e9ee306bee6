"""Sources that show a secret, each in one way."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, SecretStr

from etl_host import ETLContext, Task
from tests.testing.twins.lines import File, Lines


class ShowsSecretInRepr(Lines):
    def __repr__(self) -> str:
        return f"Lines({self.password and self.password.get_secret_value()})"


class LogsSecret(Lines):
    def open(self) -> None:
        super().open()
        if self.password:
            logging.getLogger("twins").debug("the password is %s", self.password.get_secret_value())


class RaisesSecret(Lines):
    def open(self) -> None:
        super().open()
        if self.password:
            raise ValueError(f"wrong password {self.password.get_secret_value()}")


class ShowsSecretInPlace(Lines):
    def place(self, origin: int) -> str:
        return f"{self.file} ({self.password and self.password.get_secret_value()}):{origin}"


class RaisesSecretInFields(Lines):
    def fields(self) -> Sequence[str]:
        if self.password:
            raise ValueError(f"wrong password {self.password.get_secret_value()}")
        return super().fields()


class ShowsSecretHeader(Lines):
    def __init__(
        self,
        file: File,
        context: ETLContext,
        task: Task,
        *,
        headers: Annotated[Mapping[str, SecretStr] | None, "Not needed."] = None,
    ) -> None:
        super().__init__(file, context, task)
        self.headers = headers or {}

    def __repr__(self) -> str:
        return f"Lines({[header.get_secret_value() for header in self.headers.values()]})"


class Credentials(BaseModel):
    user: str = ""
    password: SecretStr


class ShowsSecretOfCredentials(Lines):
    def __init__(
        self,
        file: File,
        context: ETLContext,
        task: Task,
        *,
        credentials: Annotated[Credentials | None, "Not needed."] = None,
    ) -> None:
        super().__init__(file, context, task)
        self.credentials = credentials

    def __repr__(self) -> str:
        return f"Lines({self.credentials and self.credentials.password.get_secret_value()})"
