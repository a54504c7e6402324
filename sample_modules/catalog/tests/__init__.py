"""The tests of catalog."""
