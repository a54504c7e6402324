"""The migrations of catalog, in the order of their numbers. Yours, once made."""
