from __future__ import annotations

import inspect
import os
from importlib.metadata import entry_points
from typing import Annotated, get_args, get_origin, get_type_hints

from etl_host import FileLocation
from etl_host_csv import CSVBatchProcessor, plugin


def test_the_plugin_offers_the_source() -> None:
    [entry] = entry_points(group="etl_host.plugins", name="csv")
    assert entry.load() is plugin
    [spec] = plugin.etl_host_sources()
    assert (spec.name, spec.load()) == ("csv", CSVBatchProcessor)


def test_every_option_says_what_it_is_and_its_type_is_known_at_run_time() -> None:
    hints = get_type_hints(CSVBatchProcessor.__init__, include_extras=True)
    options = [name for name in inspect.signature(CSVBatchProcessor).parameters if name not in ("context", "task")]
    assert options == [
        "file",
        "delimiter",
        "quotechar",
        "escapechar",
        "encoding",
        "header",
        "skip_rows",
        "comment",
        "columns",
        "blank_as_none",
        "null_words",
        "missing",
    ]
    for name in options:
        assert get_origin(hints[name]) is Annotated
        assert get_args(hints[name])[1].endswith(".")
    assert get_args(get_args(hints["file"])[0]) == (FileLocation, str, os.PathLike[str])
