"""The engines that run a Query. DuckDB is the only one so far."""
