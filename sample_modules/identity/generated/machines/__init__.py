"""The state machines, a file each of identity."""
