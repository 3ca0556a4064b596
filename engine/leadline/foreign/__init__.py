"""Models from elsewhere: JSON of another system to a ruleset and a list of what was lost."""
