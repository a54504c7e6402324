"""The repository of each entity of identity."""
