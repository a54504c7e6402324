"""The schema of each entity, as data of identity."""
