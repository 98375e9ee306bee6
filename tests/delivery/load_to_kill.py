"""A load to be killed, run as a process by the test beside it. Prints a line after each batch that is committed.

Arguments: the folder of target and rejects, the number of rows, the batch size. The exit code is that of the run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from attempts import Attempts
from etl_host import BatchFinished, Reporter, RunFinished
from sqlite_sink import LoadNumbers


class Loud(Reporter):
    """Says what happens, so that the killer knows when to strike."""

    def batch_finished(self, event: BatchFinished) -> None:
        say("batch")

    def run_finished(self, event: RunFinished) -> None:
        say(json.dumps(event.summary.as_dict()))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(folder: str, count: str, batch_size: str) -> int:
    """One attempt."""
    context = Attempts(Path(folder)).begin()
    context.reporting.add(Loud())
    with context:
        LoadNumbers(context, int(count), batch_size=int(batch_size)).execute()
    return int(context.summary.exit_code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
