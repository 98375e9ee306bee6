"""How a public name goes: it warns for two minor versions or three months before, whichever is longer."""

from __future__ import annotations

import warnings


class EtlHostDeprecationWarning(DeprecationWarning):
    """Something public of etl-host is used that a later version will not have.

    Not shown to users by default, but by pytest to authors of plugins. To make it an error there:
    ``filterwarnings = ["error::etl_host.EtlHostDeprecationWarning"]``.
    """


def warn_deprecated(what: str, *, since: str, gone_in: str, instead: str) -> None:
    """Warn the caller of whoever calls this: cause, consequence, cure.

    ``what`` is deprecated ``since`` a version; in the version ``gone_in`` it stops working; do ``instead``.
    """
    message = f"{what} is deprecated since etl-host {since} and is gone in {gone_in}: {instead}"
    warnings.warn(message, EtlHostDeprecationWarning, stacklevel=3)
