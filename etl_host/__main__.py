"""``python -m etl_host`` is the command ``etl-host``."""

from __future__ import annotations

from etl_host.cli import main

main(prog_name="etl-host")
