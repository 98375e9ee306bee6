"""What a check has found, and where in the pipeline file that belongs."""

from __future__ import annotations

from dataclasses import dataclass

from etl_host.core.problem import Problem
from etl_host.pipeline.problems import Place


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    ``task``: whose; None where it is about the whole pipeline. ``processor``: the label of the one that was asked.
    ``place``: of the option, or of the processor, in the file.
    """

    task: str | None
    processor: str | None
    problem: Problem
    place: Place | None = None

    def told(self, *, with_subject: bool = False) -> str:
        """The message in one line, with the task before and the remedy behind it."""
        said = self.problem
        subject = f"{said.subject}: " if with_subject and not said.message.startswith(said.subject) else ""
        task = f"{self.task}: " if self.task else ""
        remedy = f"; {said.remedy}" if said.remedy else ""
        return " ".join(f"{task}{subject}{said.message}{remedy}".split())
