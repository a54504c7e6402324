"""The events of each entity of ledger."""
