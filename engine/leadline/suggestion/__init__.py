"""Points proposed from outcomes, for a person to take or leave."""
