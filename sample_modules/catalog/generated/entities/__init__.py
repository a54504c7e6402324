"""The entities, a file each of catalog."""
