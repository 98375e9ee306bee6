"""Files: where they are, and how a sink writes one so that each row is in it exactly once."""
