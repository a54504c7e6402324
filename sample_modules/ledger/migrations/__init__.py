"""The migrations of ledger, in the order of their numbers. Yours, once made."""
