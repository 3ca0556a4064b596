"""Rulesets judged by what became of the leads that they would have put first."""
