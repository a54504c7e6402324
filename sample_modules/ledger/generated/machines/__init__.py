"""The state machines, a file each of ledger."""
