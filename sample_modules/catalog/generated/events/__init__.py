"""The events of each entity of catalog."""
