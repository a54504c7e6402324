"""The events of each entity of ordering."""
