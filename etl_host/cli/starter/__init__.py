"""What ``etl-host init`` writes: a first pipeline, one for the user's own files, or an example."""
