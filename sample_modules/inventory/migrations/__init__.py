"""The migrations of inventory, in the order of their numbers. Yours, once made."""
