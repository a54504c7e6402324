"""The schema of each entity, as data of inventory."""
