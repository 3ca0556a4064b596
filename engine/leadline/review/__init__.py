"""The scoring model looked over: what its figures say, and what to do about it."""
