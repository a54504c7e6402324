"""The types of JSON Schemas, a file each of catalog."""
