"""The repository of each entity of inventory."""
