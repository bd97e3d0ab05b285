"""What makes two texts the same text, and what makes them share a passage."""

from collections import deque
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from zlib import crc32

from pipeline.linking.prose import lines_of
from pipeline.words import words

__all__ = ["fingerprints", "mark_of", "text_hash"]

# Any passage of _WINDOW + _GRAM - 1 words that two texts share gives both at least one fingerprint in common
# (winnowing: Schleimer, Wilkerson, Aiken, SIGMOD 2003).
_GRAM = 4
_WINDOW = 12
_BYTES = 6


def text_hash(text: str) -> str:
    """Return a hash of the words of a text: case, accents, punctuation, slots and counters do not count."""
    said = (word for line in lines_of(text) for word in words(line))
    return blake2b(" ".join(said).encode(), digest_size=16).hexdigest()


def mark_of(text: str) -> int:
    """Return 48 bits that stand for a text, as a number every database takes."""
    return int.from_bytes(blake2b(text.encode(), digest_size=_BYTES).digest(), "big")


def fingerprints(said: Sequence[str]) -> tuple[int, ...]:
    """Return the winnowed fingerprints of a sequence of words, in order; about one for every six words."""
    grams = [" ".join(said[at : at + _GRAM]) for at in range(len(said) - _GRAM + 1)]
    hashes = [crc32(gram.encode()) for gram in grams]
    return tuple(dict.fromkeys(mark_of(grams[at]) for at in _winnowed(hashes)))


def _winnowed(hashes: Sequence[int]) -> Iterable[int]:
    """Return the places of the least hash of every window, the last of equals."""
    if not hashes:
        return ()
    chosen: dict[int, None] = {}
    rising: deque[int] = deque()  # the places that may yet be least; none before a lower one
    first_end = min(_WINDOW, len(hashes)) - 1
    for at, value in enumerate(hashes):
        while rising and hashes[rising[-1]] >= value:
            rising.pop()
        rising.append(at)
        if rising[0] <= at - _WINDOW:
            rising.popleft()
        if at >= first_end:
            chosen[rising[0]] = None
    return chosen
