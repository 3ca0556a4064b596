"""Results as text: tables, diagnostics, explanations."""
