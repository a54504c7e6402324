"""What makes values of each entity of ledger."""
