"""Why nothing was written."""

from __future__ import annotations

from etl_host.core.errors import EtlHostError, ExitCode


class UnknownInput(EtlHostError):
    """No source that is installed can tell how to read a file, or several can."""

    code = "unknown-input"
    exit_code = ExitCode.USAGE


class WouldOverwrite(EtlHostError):
    """A file that is to be written is there already."""

    code = "would-overwrite"
    exit_code = ExitCode.USAGE
