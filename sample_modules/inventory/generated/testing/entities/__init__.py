"""What makes values of each entity of inventory."""
