"""Two texts side by side: what they share, in the same order, and what was put in the place of what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

__all__ = ["Alignment", "Run", "Slot", "aligned"]

# Shared words with at most so many others between them, in both texts, are one run.
_GAP = 5
# A run of fewer shared words is chance.
_RUN = 8
# Where fewer of a run's words are shared, two texts tell one thing; they are not one form filled in twice.
_DENSE = 0.6
# Words more alike than this (0 to 100) are the same word misspelt.
_MISSPELT = 50
_SHORT = 3
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday"
    " lunes martes miercoles jueves viernes sabado domingo".split()
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a shared run where each text has words of its own."""

    one: str
    other: str
    is_number: bool
    shared_before: int
    """Shared words before it, of this run and the earlier ones."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of shared words: from and to where it reaches in either text."""

    start: int
    end: int
    other_start: int
    other_end: int
    shared: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """What two texts share."""

    runs: tuple[Run, ...]
    shared: int
    """Words in runs."""
    slots: tuple[Slot, ...]


_Block = tuple[int, int, int]
"""Equal words: where in the one text, where in the other, how many."""


def aligned(one: Sequence[str], other: Sequence[str]) -> Alignment:
    """Align two sequences of words by their longest common subsequence; passages that moved count once."""
    runs: list[Run] = []
    shared = 0
    for chain in _chains(one, other):
        runs.append(_run(chain, one, other, shared))
        shared += runs[-1].shared
    return Alignment(
        runs=tuple(runs),
        shared=shared,
        slots=tuple(slot for run in runs for slot in run.slots),
    )


def _chains(one: Sequence[str], other: Sequence[str]) -> list[list[_Block]]:
    """Return the equal blocks, those that come close after another in both texts together; no few words."""
    chains: list[list[_Block]] = []
    chain: list[_Block] = []
    shared = end = other_end = 0
    for block in LCSseq.opcodes(one, other).as_matching_blocks():  # the last one is empty
        at, place, length = block.a, block.b, block.size
        if not length or at - end > _GAP or place - other_end > _GAP:
            if shared >= _RUN:
                chains.append(chain)
            chain, shared = [], 0
        chain.append((at, place, length))
        shared += length
        end, other_end = at + length, place + length
    return chains


def _run(chain: list[_Block], one: Sequence[str], other: Sequence[str], before: int) -> Run:
    start, other_start, _ = chain[0]
    at, place, length = chain[-1]
    end, other_end = at + length, place + length
    shared = sum(length for _, _, length in chain)
    is_dense = shared >= _DENSE * max(end - start, other_end - other_start)
    slots = tuple(_slots(chain, one, other, before)) if is_dense else ()
    return Run(start, end, other_start, other_end, shared, slots)


def _slots(chain: list[_Block], one: Sequence[str], other: Sequence[str], before: int) -> Iterator[Slot]:
    shared = before
    for (at, place, length), (next_at, next_place, _) in pairwise(chain):
        shared += length
        mine, theirs = one[at + length : next_at], other[place + length : next_place]
        if mine and theirs and (slot := _slot(mine, theirs, shared)):
            yield slot


def _are_others(one: str, other: str) -> bool:
    """Tell whether these are two words, not one misspelt."""
    return max(len(one), len(other)) > _SHORT and fuzz.ratio(one, other) < _MISSPELT


def _slot(mine: Sequence[str], theirs: Sequence[str], shared_before: int) -> Slot | None:
    """Return the slot that two differing passages make; None when they are one passage misspelt."""
    one, other = "".join(mine), "".join(theirs)
    is_number = one.isdigit() and other.isdigit()
    # The names of days are alike, and yet another day is another case.
    is_day = bool(_DAYS & set(mine)) and bool(_DAYS & set(theirs))
    if one == other or not (is_number or is_day or _are_others(one, other)):
        return None
    return Slot(" ".join(mine), " ".join(theirs), is_number, shared_before)
