"""Ties between articles, under what a person said of two of them -> who belongs together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Strength", "Tie", "grouped"]


class Strength(IntEnum):
    """What a tie rests on, the strongest first."""

    SAID = 0
    """A person said that both are the same."""
    SAME_WORDS = 1
    LIKE = 2


@dataclass(frozen=True, slots=True)
class Tie:
    """Two articles that belong together as long as nobody parts them."""

    one: int
    other: int
    strength: Strength
    score: float = 1.0


def grouped(
    members: Iterable[int], ties: Sequence[Tie], parted: Sequence[tuple[int, int]]
) -> tuple[tuple[int, ...], ...]:
    """Return who belongs together, by number; no group has both of a pair that was ``parted``.

    The first of such a pair is the one that leaves: whoever is tied to both without it stays with the other,
    whoever is tied only to it goes along. The stronger tie holds, then the earlier, so the outcome does not
    depend on the order in which the pairs were parted.
    """
    group_of = {member: {member} for member in members}
    leaving = {first for first, _ in parted}
    for tie in sorted(ties, key=lambda tie: _rank(tie, leaving)):
        one, other = group_of[tie.one], group_of[tie.other]
        if one is other or _are_parted(one, other, parted):
            continue
        one |= other
        for member in other:
            group_of[member] = one
    groups = {min(group): tuple(sorted(group)) for group in group_of.values()}
    return tuple(groups[first] for first in sorted(groups))


def _rank(tie: Tie, leaving: set[int]) -> tuple[Strength, bool, float]:
    return tie.strength, tie.one in leaving or tie.other in leaving, -tie.score


def _are_parted(one: set[int], other: set[int], parted: Iterable[tuple[int, int]]) -> bool:
    return any(
        (first in one and second in other) or (first in other and second in one) for first, second in parted
    )
