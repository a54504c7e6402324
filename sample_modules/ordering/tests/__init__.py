"""The tests of ordering."""
