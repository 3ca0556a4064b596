"""A document to a ruleset: typed, frozen, every name resolved."""
