"""Two texts side by side: what they share, in the same order, and what was put in the place of what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

__all__ = ["Alignment", "Run", "Slot", "aligned"]

# Shared words with at most so many others between them, in both texts, are one run.
_GAP = 5
# A block of fewer shared words counts only beside others; a run of fewer is chance.
_BLOCK = 4
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


class _Block(NamedTuple):
    """Equal words: where in the one text, where in the other, how many."""

    at: int
    other: int
    length: int


def aligned(one: Sequence[str], other: Sequence[str]) -> Alignment:
    """Align two sequences of words by their longest common subsequence; passages that moved count once."""
    runs = tuple(
        _run(chain, one, other)
        for chain in _chains(_blocks(one, other))
        if sum(block.length for block in chain) >= _RUN
    )
    return Alignment(
        runs=runs,
        shared=sum(run.shared for run in runs),
        slots=tuple(slot for run in runs for slot in run.slots),
    )


def _blocks(one: Sequence[str], other: Sequence[str]) -> list[_Block]:
    """Return the equal blocks, without the short ones that stand alone."""
    # The last one is empty.
    blocks = [_Block(*block) for block in LCSseq.opcodes(one, other).as_matching_blocks()[:-1]]
    kept = []
    is_joined = False
    for block, after in zip_longest(blocks, blocks[1:]):
        was_joined, is_joined = is_joined, after is not None and _are_near(block, after)
        if block.length >= _BLOCK or is_joined or was_joined:
            kept.append(block)
    return kept


def _are_near(before: _Block, after: _Block) -> bool:
    """Tell whether one block comes close after another in both texts."""
    at, other, length = before
    return after.at - at - length <= _GAP and after.other - other - length <= _GAP


def _chains(blocks: list[_Block]) -> Iterator[list[_Block]]:
    chain: list[_Block] = []
    for block in blocks:
        if chain and not _are_near(chain[-1], block):
            yield chain
            chain = []
        chain.append(block)
    if chain:
        yield chain


def _run(chain: list[_Block], one: Sequence[str], other: Sequence[str]) -> Run:
    first, last = chain[0], chain[-1]
    shared = sum(block.length for block in chain)
    end, other_end = last.at + last.length, last.other + last.length
    is_dense = shared >= _DENSE * max(end - first.at, other_end - first.other)
    slots = tuple(_slots(chain, one, other)) if is_dense else ()
    return Run(first.at, end, first.other, other_end, shared, slots)


def _slots(chain: list[_Block], one: Sequence[str], other: Sequence[str]) -> Iterator[Slot]:
    for before, after in pairwise(chain):
        mine = one[before.at + before.length : after.at]
        theirs = other[before.other + before.length : after.other]
        if mine and theirs and (slot := _slot(mine, theirs)):
            yield slot


def _are_others(one: str, other: str) -> bool:
    """Tell whether these are two words, not one misspelt."""
    return max(len(one), len(other)) > _SHORT and fuzz.ratio(one, other) < _MISSPELT


def _slot(mine: Sequence[str], theirs: Sequence[str]) -> Slot | None:
    """Return the slot that two differing passages make; None when they are one passage misspelt."""
    one, other = "".join(mine), "".join(theirs)
    is_number = one.isdigit() and other.isdigit()
    # The names of days are alike, and yet another day is another case.
    is_day = bool(_DAYS & set(mine)) and bool(_DAYS & set(theirs))
    if one == other or not (is_number or is_day or _are_others(one, other)):
        return None
    return Slot(" ".join(mine), " ".join(theirs), is_number)
