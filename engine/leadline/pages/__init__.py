"""A page of documentation for each code."""
