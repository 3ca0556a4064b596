"""Tests of rulesets: cases, coverage, mutants."""
