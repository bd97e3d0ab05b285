"""What makes two texts the same text, and what makes them share a passage."""

from collections.abc import Sequence
from hashlib import blake2b
from zlib import crc32

from pipeline.linking.prose import lines_of
from pipeline.words import words

__all__ = ["fingerprints", "mark_of", "text_hash"]

# Any _WINDOW + _GRAM - 1 words that two texts share give both at least one passage in common, before any is
# left out (winnowing: Schleimer, Wilkerson, Aiken, SIGMOD 2003).
_GRAM = 4
_WINDOW = 12
_BYTES = 6
# A text of more passages, some 300 words, is found by every second of them behind its head, one of twice as
# many by every fourth, and so on: those whose hash ends in so many zeros. Shorter texts keep these as well.
_MANY = 48
# Of the first hundred words all are kept: what is cut off or retold begins there.
_HEAD = 16


def text_hash(text: str) -> str:
    """Return a hash of the words of a text: case, accents, punctuation, slots and counters do not count."""
    said = (word for line in lines_of(text) for word in words(line))
    return blake2b(" ".join(said).encode(), digest_size=16).hexdigest()


def mark_of(text: str) -> int:
    """Return 48 bits that stand for a text, as a number every database takes."""
    return int.from_bytes(blake2b(text.encode(), digest_size=_BYTES).digest(), "big")


def fingerprints(said: Sequence[str]) -> tuple[int, ...]:
    """Return the winnowed fingerprints of a sequence of words, in order: no more than some 60.

    About one for every six words; behind the head of a text of 300 words one for twelve, of 600 for 24.
    """
    # No loop of Python's own: this reads every word of every article.
    grams = list(map(" ".join, zip(*(said[at:] for at in range(_GRAM)), strict=False)))
    hashes = list(map(crc32, map(str.encode, grams)))
    passages = {grams[at]: hashes[at] for at in _winnowed(hashes)}
    zeros = (1 << (len(passages) // (_MANY + 1)).bit_length()) - 1
    return tuple(
        mark_of(passage)
        for place, (passage, hashed) in enumerate(passages.items())
        if place < _HEAD or not hashed & zeros
    )


def _winnowed(hashes: Sequence[int]) -> list[int]:
    """Return the places of the least hash of every window, the last of equals."""
    if not hashes:
        return []
    end = min(_WINDOW, len(hashes))
    at = _last_least(hashes, 0, end)
    chosen, least = [at], hashes[at]
    # It stays the least until one as low comes, or the window has passed it.
    for new in range(end, len(hashes)):
        if hashes[new] <= least:
            at = new
        elif new - at == _WINDOW:
            at = _last_least(hashes, new - _WINDOW + 1, new + 1)
        else:
            continue
        least = hashes[at]
        chosen.append(at)
    return chosen


def _last_least(hashes: Sequence[int], start: int, end: int) -> int:
    window = hashes[start:end][::-1]
    return end - 1 - window.index(min(window))
