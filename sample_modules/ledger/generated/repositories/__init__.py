"""The repository of each entity of ledger."""
