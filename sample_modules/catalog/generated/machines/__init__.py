"""The state machines, a file each of catalog."""
