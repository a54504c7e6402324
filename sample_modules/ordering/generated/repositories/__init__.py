"""The repository of each entity of ordering."""
