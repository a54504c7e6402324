"""What tests stand on: recipes of valid values, round trips, and the contracts that adapters are held to.

Nothing in production imports it. Strategies need Hypothesis, the extra `testing`; factories do not.
"""

from coregen_runtime.testing.recipes import Recipe, Strategy
from coregen_runtime.testing.round_trips import goes_through_json, goes_through_rows

__all__ = ["Recipe", "Strategy", "goes_through_json", "goes_through_rows"]
