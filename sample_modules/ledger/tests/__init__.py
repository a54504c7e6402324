"""The tests of ledger."""
