"""Which run a start of a pipeline goes on with, and which process works on it."""
