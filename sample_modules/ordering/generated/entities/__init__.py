"""The entities, a file each of ordering."""
