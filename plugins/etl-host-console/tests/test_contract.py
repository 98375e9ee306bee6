from __future__ import annotations

from etl_host.testing import ReporterContract
from etl_host_console.reporter import ConsoleReporter


class TestConsole(ReporterContract):
    plugin = "etl_host_console.plugin"
    name = "console"
    processor = ConsoleReporter
