"""What Core costs beside the least that could do the same, and beside the field's other libraries; a file a room of Core.

Peers are the extra `bench`. Each file has `contestants()`; `python -m benchmarks core` times these alone.
"""
