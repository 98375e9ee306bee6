"""What kind of failure an error of Neo4j is.

By code, since messages change and older servers give no finer status. Once a query has passed EXPLAIN, what
is not known as something else is the rows' fault.
"""

from __future__ import annotations

import re

from neo4j.exceptions import DriverError, IncompleteCommit, Neo4jError, ServiceUnavailable, SessionExpired

from etl_host import EtlHostError, Fault, RowError

_TOO_BIG = (
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.TransientError.General.OutOfMemoryError",
    "Neo.TransientError.General.TransactionMemoryLimit",
    "Neo.TransientError.General.StackOverFlowError",
    "Neo.ClientError.General.TransactionOutOfMemoryError",
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
)
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_TRANSIENT = (
    "Neo.TransientError.",
    "Neo.ClientError.Cluster.NotALeader",
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
    "Neo.ClientError.Security.AuthorizationExpired",
)
_TERMINATED = (
    "Neo.ClientError.Transaction.Terminated",
    "Neo.ClientError.Transaction.TransactionTerminated",
    "Neo.ClientError.Transaction.LockClientStopped",
)
_FATAL = (
    "Neo.ClientError.Security.",
    "Neo.ClientError.Procedure.ProcedureNotFound",
    "Neo.ClientError.Statement.ParameterMissing",
    "Neo.ClientError.Statement.AccessMode",
    "Neo.ClientError.Database.",
    "Neo.ClientError.Schema.ForbiddenOnConstraintIndex",
    "Neo.ClientError.Transaction.ForbiddenDueToTransactionType",
)


def classify(error: Exception) -> Fault:
    """The kind of failure of ``error``, raised while a batch was written or committed."""
    match error:
        case EtlHostError():
            return Fault.FATAL
        case ServiceUnavailable() | SessionExpired() | IncompleteCommit():
            return Fault.TRANSIENT
        case Neo4jError():
            return _by_code(error.code or "", refreshed=error.is_retryable())
        case DriverError():
            return Fault.TRANSIENT if error.is_retryable() else Fault.FATAL
        case ValueError() | OverflowError() | TypeError():  # a value that the driver can't pack
            return Fault.DATA
        case ConnectionError() | TimeoutError():
            return Fault.TRANSIENT
        case _:
            return Fault.FATAL


def _by_code(code: str, *, refreshed: bool) -> Fault:
    """``refreshed``: whether the driver has done what it takes for another attempt, such as getting a new token."""
    if code in _TOO_BIG:  # before the transient ones, as which the server counts most of them
        return Fault.TOO_BIG
    if code in _TERMINATED:
        return Fault.TERMINATED
    if code.startswith(_TRANSIENT) or (code.startswith("Neo.ClientError.Security.") and refreshed):
        return Fault.TRANSIENT
    if code.startswith(_FATAL):
        return Fault.FATAL
    return Fault.DATA if code.startswith(("Neo.ClientError.", "Neo.DatabaseError.")) else Fault.FATAL


def reason(error: Exception) -> RowError:
    """Why the database, or the driver, refuses a row, from the error that it raised."""
    if isinstance(error, Neo4jError):
        name = (error.code or "").rpartition(".")[2]
        return RowError(error.message or name, code=_CAPITAL.sub("-", name).lower() or "refused")
    return RowError(f"the driver can't send it: {error}", code="not-packable")
