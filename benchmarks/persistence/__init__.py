"""What a row costs on each database beside the bare driver, and beside the field's other libraries; a file a database.

Peers are the extra `bench`. Each file has `contestants()`; `python -m benchmarks persistence` times these alone.
"""
