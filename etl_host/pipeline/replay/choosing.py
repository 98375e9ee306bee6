"""What is to be replayed: which task, and which of its files of rejects."""

from __future__ import annotations

from pathlib import Path

from etl_host.core.context import ETLContext
from etl_host.core.errors import OptionError
from etl_host.core.sink import Sink
from etl_host.pipeline.check_context import CheckContext
from etl_host.pipeline.loading import Loaded
from etl_host.pipeline.model import ChainModel, all_tasks
from etl_host.pipeline.replay.files import newest
from etl_host.pipeline.tasks import SourceToSinkTask


def chosen_chain(loaded: Loaded, task: str) -> ChainModel:
    """The task of that name. Raises OptionError where its rejects can't be replayed."""
    model = next((model for model in all_tasks(loaded.model.tasks) if model.name == task), None)
    if not isinstance(model, ChainModel):
        raise OptionError(
            "task", f"{task} has no rejects: it has no source and sink", remedy="name a task that has them"
        )
    sink = loaded.steps.step(model.sink)
    if sink is not None and not getattr(sink.target, "replayable", Sink.replayable):
        raise OptionError(
            "task",
            f"the rejects of {task} can't be replayed: its sink writes all rows as a whole",
            remedy="correct the rows in the input, and run the pipeline again",
        )
    return model


def newest_file(loaded: Loaded, model: ChainModel, rejects_dir: Path | str | None) -> Path | None:
    """The rejects of the task's newest run, if there are any that are not replayed.

    They are where a validator's option puts them, and what a replay rejected again is in the same folder; else all is
    in ``rejects_dir``, or the folder for rejects. Raises PipelineError where a processor refuses its options.
    """
    own = _named_by_processors(loaded, model)
    if own is not None and own.exists():
        return own
    usual = own.parent if own else loaded.settings.get("ETL_ERROR_PATH") or "rejects"
    return newest(Path(rejects_dir or usual), model.name)


def _named_by_processors(loaded: Loaded, model: ChainModel) -> Path | None:
    context: ETLContext = CheckContext(loaded.model.name, loaded.settings, None)
    steps = [step for use in model.uses() if (step := loaded.steps.step(use)) is not None]
    task = SourceToSinkTask(context, steps, name=model.name, settings=model.settings)
    task.chain()
    return task.rejects_file and task.rejects_file.absolute()
