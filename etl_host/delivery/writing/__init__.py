"""Writing batches until they are committed, without the rows that the target refuses."""
