"""Reads a file into its model, and notes what is not of the shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from etl_host.pipeline import model
from etl_host.pipeline.lanes import read_lanes
from etl_host.pipeline.model import ChainModel, ChainSettings, GroupModel, PipelineModel, RunModel, TaskModel, Use
from etl_host.pipeline.nodes import Fields, Items, Node, Scalar
from etl_host.pipeline.problems import Place, Problems
from etl_host.pipeline.values import Values
from etl_host.registry.spec import Kind
from etl_host.registry.suggestions import did_you_mean


@dataclass(frozen=True)
class Reader:
    """Reads parts of a file; what is wrong is noted, and left out of the model or given a default."""

    values: Values
    problems: Problems
    uses: list[Use] = field(default_factory=list)
    """Every use that was read, also of tasks that the model lacks since they are incomplete."""

    def pipeline(self, root: Fields, defaults: ChainSettings) -> PipelineModel:
        """The whole file; its parameters are read before. ``defaults``: for settings that it does not have."""
        self._refuse_unknown_keys(root, model.PIPELINE_KEYS, "a pipeline file", ignored="x-")
        if self.values.integer(root.get("version"), default=1, minimum=0) != 1:
            place = root.values["version"].place
            self.problems.add("wrong-value", "this version of etl-host reads version 1 of pipeline files", place)
        tasks = self._tasks(root, self._settings(root, defaults))
        self._refuse_same_names(tasks)
        return PipelineModel(
            name=self.values.name(root, "pipeline", "a pipeline file"),
            tasks=tasks,
            connections=dict(self._connections(root.get("connections"))),
            reporters=self._reporters(root.get("reporters")),
        )

    def _refuse_unknown_keys(
        self, fields: Fields, known: Sequence[str], what: str, *, ignored: str | None = None
    ) -> None:
        for key in fields.values:
            if key in known or (ignored and key.startswith(ignored)):
                continue
            reason = " in this version of etl-host" if key in model.NOT_YET else did_you_mean(key, known)
            remedy = reason or f"; there are {', '.join(known)}"
            self.problems.add("unknown-key", f'{what} has no "{key}"{remedy}', fields.keys[key])

    def _refuse_same_names(self, tasks: Sequence[TaskModel]) -> None:
        first: dict[str, Place] = {}
        for task in model.all_tasks(tasks):
            if task.name and first.setdefault(task.name, task.place) is not task.place:
                line = first[task.name].line
                message = f'the name "{task.name}" is taken, in line {line}; names of tasks and groups are unique'
                self.problems.add("duplicate-name", message, task.place)

    def _connections(self, node: Node | None) -> Iterator[tuple[str, Use]]:
        if node is None:
            return
        if not isinstance(node, Fields):
            self.problems.add("wrong-value", "connections want names, each with its options", node.place)
            return
        for name, options in node.values.items():
            kind, place = name, node.keys[name]
            if isinstance(options, Fields) and (given := options.values.get("kind")) is not None:
                kind, place = self.values.word(given, "the kind of a connection"), given.place
                rest = {key: value for key, value in options.values.items() if key != "kind"}
                options = Fields(rest, options.keys, options.place, options.last_line)
            use = Use("connection", kind, f"connections:{name}", place, options)
            self.uses.append(use)
            yield name, use

    def _reporters(self, node: Node | None) -> Sequence[Use] | None:
        if node is None:
            return None
        items = self._items(node, "reporters want a list, such as [console]")
        uses = [self._use("reporter", item, f"reporters[{i}]") for i, item in enumerate(items)]
        return [use for use in uses if use is not None]

    def _tasks(self, parent: Fields, defaults: ChainSettings) -> list[TaskModel]:
        node = parent.get("tasks")
        items = [] if node is None else self._items(node, "tasks want a list")
        if not items:
            self.problems.add("missing-key", "tasks are missing: a list with at least one", parent.place)
        tasks = [self._task(item, defaults) for item in items]
        return [task for task in tasks if task is not None]

    def _task(self, node: Node, defaults: ChainSettings) -> TaskModel | None:
        if isinstance(node, Fields) and "group" in node.values:
            return self._group(node, defaults)
        if not isinstance(node, Fields) or "task" not in node.values:
            self.problems.add("missing-key", 'a task begins with "task: name", a group with "group: name"', node.place)
            return None
        return self._run(node) if "run" in node.values else self._chain(node, defaults)

    def _group(self, node: Fields, defaults: ChainSettings) -> GroupModel:
        self._refuse_unknown_keys(node, model.GROUP_KEYS, "a group")
        parallel = node.get("parallel")
        return GroupModel(
            name=self.values.name(node, "group", "a group"),
            place=node.values["group"].place,
            tasks=self._tasks(node, defaults),
            parallel=None if parallel is None else self.values.integer(parallel, default=1),
            optional=self.values.flag(node.get("optional")),
        )

    def _run(self, node: Fields) -> RunModel | None:
        self._refuse_unknown_keys(node, model.RUN_KEYS, 'a task with "run"')
        name, optional = self.values.name(node, "task", "a task"), self.values.flag(node.get("optional"))
        run = self._use("task", node.values["run"], "run")
        return None if run is None else RunModel(name, node.values["task"].place, run, optional)

    def _chain(self, node: Fields, defaults: ChainSettings) -> ChainModel | None:
        self._refuse_unknown_keys(node, model.CHAIN_KEYS, "a task")
        ends: dict[str, Use | None] = {}
        for kind in ("source", "sink"):
            if (use := node.get(kind)) is None:
                message = f'a task needs a {kind}, or a "run" instead of source and sink'
                self.problems.add("missing-key", message, node.keys["task"])
            ends[kind] = None if use is None else self._use("source" if kind == "source" else "sink", use, kind)
        validators = node.get("validators")
        items = [] if validators is None else self._items(validators, "validators want a list")
        uses = [self._use("validator", item, f"validators[{i}]") for i, item in enumerate(items)]
        name, place = self.values.name(node, "task", "a task"), node.values["task"].place
        settings = self._settings(node, defaults)
        optional = self.values.flag(node.get("optional"))
        source, sink = ends["source"], ends["sink"]
        if source is None or sink is None:
            return None
        return ChainModel(name, place, source, [use for use in uses if use], sink, settings, optional)

    def _settings(self, node: Fields, defaults: ChainSettings) -> ChainSettings:
        values = self.values
        return ChainSettings(
            batch_size=values.integer_or_auto(node.get("batch_size"), default=defaults.batch_size),
            max_batch_bytes=values.integer(node.get("max_batch_bytes"), default=defaults.max_batch_bytes, minimum=0),
            prefetch=values.integer(node.get("prefetch"), default=defaults.prefetch, minimum=0),
            max_rejects=values.budget(node.get("max_rejects"), default=defaults.max_rejects),
            lanes=read_lanes(node.get("lanes"), values, default=defaults.lanes),
        )

    def _use(self, kind: Kind, node: Node, where: str) -> Use | None:
        match node:
            case Scalar(value=str(name)) if name:
                use = Use(kind, name, f"{where}:{name}", node.place)
            case Fields(values=values) if len(values) == 1:
                [(name, options)] = values.items()
                use = Use(kind, name, f"{where}:{name}", node.keys[name], options)
            case _:
                what = "what to run" if kind == "task" else f"a {kind}"
                self.problems.add("wrong-value", f"{what} is one name, with its options below it", node.place)
                return None
        self.uses.append(use)
        return use

    def _items(self, node: Node, message: str) -> Sequence[Node]:
        if isinstance(node, Items):
            return node.items
        self.problems.add("wrong-value", message, node.place)
        return ()
