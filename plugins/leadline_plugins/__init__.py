"""The plugins that come with leadline. They use the public door only, as any other plugin."""
