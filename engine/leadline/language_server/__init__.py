"""The language server: what the commands know, in the editor."""
