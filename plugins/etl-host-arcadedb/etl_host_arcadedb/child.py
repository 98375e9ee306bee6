"""The child process of an embedded graph: a program of its own, which holds the Java machine and the server.

It reads one line of JSON, its orders, from standard input, answers with one line of JSON, the port of its
Bolt listener, and serves until it is sent another line or its parent is gone. What else it prints is its log.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from typing import Any

STOP_TIMEOUT = 30.0  # seconds; a stop takes half of one. Whatever is still there then is ended: no commit is lost
ANSWER_TO_PARENT = ("SIGINT", "SIGTERM", "SIGHUP")  # ignored: the parent may have a batch to finish first


def serve() -> None:
    """Start the server that the orders describe, and stop it when nobody wants it any more."""
    for name in ANSWER_TO_PARENT:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    parent = os.getppid()
    orders = json.loads(sys.stdin.readline())
    unwanted = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=[unwanted], daemon=True).start()

    sys.path[:] = orders["path"]
    server = _new_server(orders)
    server.start()
    bolt = next(plugin for plugin in server.getPlugins() if _class_name(plugin) == "BoltProtocolPlugin")
    print(json.dumps({"port": int(bolt.getPort())}), file=answer, flush=True)
    while not unwanted.wait(1.0) and os.getppid() == parent:
        pass  # the parent is asked for, too, as a fork of it may keep our standard input open
    server.stop()


def _wait_for_the_end(unwanted: threading.Event) -> None:
    sys.stdin.readline()
    unwanted.set()
    time.sleep(STOP_TIMEOUT)
    os._exit(1)


def _new_server(orders: dict[str, Any]) -> Any:
    import jpype
    from arcadedb_embedded.jvm import start_jvm

    options = [
        "-Xrs",  # Java leaves the signals alone
        "-Darcadedb.txWalFlush=1",  # each commit reaches the disk; among the settings below it has no effect
    ]
    start_jvm(heap_size=orders["heap"], jvm_args=options)
    config = jpype.JClass("com.arcadedb.ContextConfiguration")()
    for key, value in _settings(orders).items():
        config.setValue(f"arcadedb.{key}", value)
    return jpype.JClass("com.arcadedb.server.ArcadeDBServer")(config)


def _settings(orders: dict[str, Any]) -> dict[str, Any]:
    return {
        "server.rootPath": orders["folder"],
        "server.rootPassword": orders["password"],
        "server.defaultDatabases": f"{orders['database']}[]",  # made when it is missing
        "server.mode": "development",  # in "production" the text of every error is kept from the client
        "server.httpIncomingHost": "127.0.0.1",
        "server.httpIncomingPort": 0,  # any free port
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "bolt.host": "127.0.0.1",
        "bolt.port": 0,
        "bolt.defaultDatabase": orders["database"],
        "bolt.maxMessageSize": 256 << 20,  # a larger batch of rows hangs the client; the default is 16 MiB
    }


def _class_name(java_object: Any) -> str:
    return str(java_object.getClass().getSimpleName())


if __name__ == "__main__":
    exit_code = 1
    try:
        serve()
        exit_code = 0
    finally:
        if exit_code:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(exit_code)  # the threads of Java would keep this process alive
