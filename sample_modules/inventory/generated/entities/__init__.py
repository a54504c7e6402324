"""The entities, a file each of inventory."""
