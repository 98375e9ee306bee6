from __future__ import annotations

from importlib.metadata import entry_points

from etl_host_json import JSONLinesSinkBatchProcessor, JSONLinesSourceBatchProcessor, plugin


def test_the_plugin_offers_the_source_and_the_sink() -> None:
    [entry] = entry_points(group="etl_host.plugins", name="json")
    assert entry.load() is plugin
    [source], [sink] = plugin.etl_host_sources(), plugin.etl_host_sinks()
    assert (source.name, source.load()) == ("jsonl", JSONLinesSourceBatchProcessor)
    assert (sink.name, sink.load()) == ("jsonl", JSONLinesSinkBatchProcessor)
