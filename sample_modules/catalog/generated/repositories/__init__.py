"""The repository of each entity of catalog."""
