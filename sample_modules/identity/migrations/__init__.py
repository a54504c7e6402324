"""The migrations of identity, in the order of their numbers. Yours, once made."""
