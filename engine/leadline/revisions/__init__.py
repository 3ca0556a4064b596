"""The history of a model: a row a rule, a column a revision."""
