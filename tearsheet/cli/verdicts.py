"""What people decide of articles, as a person reads it."""

__all__ = ["PAIR_SAID", "SAID"]

SAID = {"relevant": "relevant", "not": "not relevant"}
PAIR_SAID = {"same": "the same as", "different": "different from"}
