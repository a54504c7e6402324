"""The events of each entity of identity."""
