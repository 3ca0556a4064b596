"""The expression language: text to typed nodes, and back."""
