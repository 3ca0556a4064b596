"""Plan to query: the one package that makes SQL text."""
