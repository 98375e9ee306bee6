"""Keeping secrets out of what is shown of errors that nobody foresaw."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECRETIVE = re.compile(r"password|passphrase|secret|token|credential|api_?key|_auth$", re.IGNORECASE)
_SHORTEST = 4
"""Shorter ones are not looked for: they would be found in every word."""


def without_secrets(text: str, settings: Mapping[str, str]) -> str:
    """``text`` without the values of those ``settings``, which are environment variables, that sound like secrets."""
    secrets = {value for name, value in settings.items() if _SECRETIVE.search(name) and len(value) >= _SHORTEST}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "…")
    return text
