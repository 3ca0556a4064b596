"""``leadline check``: findings, ignores and fixes over whole files."""
