"""How far two texts use the same words, whatever their order and endings; all take folded words."""

from collections.abc import Iterable

__all__ = ["alike", "contained"]

# Shorter words join others; longer ones differ in their endings: extradited, extradition.
_LEAST, _STEM = 4, 6


def alike(one: Iterable[str], other: Iterable[str]) -> float:
    """Return the words that both have over the mean of what each has (Dice); 0 where one has none.

    >>> alike(["judges", "acquit", "five"], ["judge", "acquits", "six"])
    0.4
    """
    stems, others = _stems(one), _stems(other)
    return 2 * len(stems & others) / max(1, len(stems) + len(others))


def contained(one: Iterable[str], other: Iterable[str]) -> float:
    """Return the words that both have as a share of those of the one with fewer."""
    stems, others = _stems(one), _stems(other)
    return len(stems & others) / max(1, min(len(stems), len(others)))


def _stems(said: Iterable[str]) -> set[str]:
    return {word[:_STEM] for word in said if len(word) >= _LEAST}
