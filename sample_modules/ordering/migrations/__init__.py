"""The migrations of ordering, in the order of their numbers. Yours, once made."""
