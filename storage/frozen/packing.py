"""A record without its words as bytes, and back; what stands for its words, and for a whole set."""

import hashlib
from dataclasses import replace
from functools import cache

import zstandard
from pydantic import TypeAdapter

from storage.search.records import Record

__all__ = ["Words", "fingerprint_line", "packed", "unpacked", "words_hash", "words_of"]

Words = tuple[str, str, str]
"""Headline, standfirst, text."""

_LEVEL = 3


def words_of(record: Record) -> Words:
    """Return the words of a record."""
    return record.title, record.standfirst, record.text


def words_hash(words: Words) -> str:
    """Return SHA-256 of headline, standfirst and text in UTF-8, a zero byte between; part of the interface.

    >>> words_hash(("Handed over", "", "Two men were flown north."))[:16]
    'dcbadbf1cb4af8a9'
    """
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def fingerprint_line(article_id: int, revision: int, its_hash: str) -> bytes:
    """Return what stands for one article in the fingerprint of a set; part of the interface."""
    return f"{article_id} {revision} {its_hash}\n".encode()


def packed(record: Record) -> bytes:
    """Return all of the record but its words, in a third of their size."""
    wordless = replace(record, title="", standfirst="", text="")
    return zstandard.ZstdCompressor(_LEVEL).compress(_records().dump_json(wordless))


def unpacked(content: bytes, words: Words) -> Record:
    """Return the record that was packed, with these words."""
    record = _records().validate_json(zstandard.ZstdDecompressor().decompress(content))
    title, standfirst, text = words
    return replace(record, title=title, standfirst=standfirst, text=text)


@cache
def _records() -> TypeAdapter[Record]:
    return TypeAdapter(Record)
