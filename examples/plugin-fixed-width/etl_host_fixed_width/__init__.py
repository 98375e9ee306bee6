"""Text in columns of fixed width, for etl-host."""
