"""Timings of coregen beside their floors: `make bench` prints a table and writes `benchmarks/results.json`."""
