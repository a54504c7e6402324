"""The entities, a file each of identity."""
