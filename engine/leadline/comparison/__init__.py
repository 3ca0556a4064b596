"""What a change of a ruleset does: two rulesets over the same data."""
