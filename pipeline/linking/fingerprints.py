"""What makes two texts the same text."""

from hashlib import blake2b

from pipeline.words import words

__all__ = ["text_hash"]


def text_hash(text: str) -> str:
    """Return a hash of the words of a text: case, accents, punctuation and white space do not count."""
    return blake2b(" ".join(words(text)).encode(), digest_size=16).hexdigest()
