"""The entities, a file each of ledger."""
