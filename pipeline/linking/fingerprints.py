"""What makes two texts the same text, and what makes them share a passage."""

from collections.abc import Sequence
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
# A text of more passages, some 300 words, is found by every second of them, one of twice as many by every
# fourth: those whose hash ends in one zero, in two. So what is kept of a long text, a shorter one keeps too.
_MANY = 48


def text_hash(text: str) -> str:
    """Return a hash of the words of a text: case, accents, punctuation, slots and counters do not count."""
    said = (word for line in lines_of(text) for word in words(line))
    return blake2b(" ".join(said).encode(), digest_size=16).hexdigest()


def mark_of(text: str) -> int:
    """Return 48 bits that stand for a text, as a number every database takes."""
    return int.from_bytes(blake2b(text.encode(), digest_size=_BYTES).digest(), "big")


def fingerprints(said: Sequence[str]) -> tuple[int, ...]:
    """Return the winnowed fingerprints of a sequence of words, in order: 24 to 48 of most articles.

    About one for every six words, of longer texts for every twelve, of still longer ones for every 24.
    """
    # No loop of Python's own: this reads every word of every article.
    grams = list(map(" ".join, zip(*(said[at:] for at in range(_GRAM)), strict=False)))
    hashes = list(map(crc32, map(str.encode, grams)))
    places = _winnowed(hashes)
    left_out = (1 << (len(places) // (_MANY + 1)).bit_length()) - 1
    return tuple(dict.fromkeys([mark_of(grams[at]) for at in places if not hashes[at] & left_out]))


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
