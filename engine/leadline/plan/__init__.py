"""Ruleset to plan: what is computed, in which order, without a word of SQL."""
