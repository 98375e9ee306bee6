"""How fast etl-host is, beside others and beside the bare driver: ``python -m benchmarks``."""
