"""The rulesets that ship: each folder has a ruleset, its tests and a README."""
