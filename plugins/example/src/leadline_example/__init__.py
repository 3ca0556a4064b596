"""An example of a leadline plugin."""
