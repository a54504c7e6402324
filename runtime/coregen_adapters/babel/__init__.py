"""Money as people write it, in the languages that Unicode's CLDR knows: `pip install "coregen-runtime[babel]"`."""

from coregen_adapters.babel.money import format_money, parse_money

__all__ = ["format_money", "parse_money"]
