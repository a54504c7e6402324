"""Each entity's own messages and their handlers of ledger."""
