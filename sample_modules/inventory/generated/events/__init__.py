"""The events of each entity of inventory."""
