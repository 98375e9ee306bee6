"""How batches move along a chain."""
