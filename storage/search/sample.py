"""A random sample of what was found, the same for the same seed."""

import json
from collections.abc import Iterable
from hashlib import blake2b
from heapq import nsmallest

from sqlalchemy.engine import Connection

from storage.search.answers import hits_of
from storage.search.conditions import positive_texts
from storage.search.labels import labelled
from storage.search.records import Answer
from storage.search.rows import rows_of
from storage.search.selection import Selection
from storage.tallies import ids_found

__all__ = ["drawn", "ids_of", "sample"]


def sample(connection: Connection, asked: Selection, *, number: int, seed: int) -> Answer:
    """Return some articles in a random order that hangs on nothing but their numbers and the seed.

    What is stored later takes the place of some of them and leaves the others.
    """
    ids = [] if asked.is_blank else ids_of(connection, asked)
    chosen = drawn(ids, number, seed)
    hits = hits_of(connection, chosen, positive_texts(asked.tree))
    return Answer(query=asked.text, count=len(ids), sort="sample", articles=hits, cursor="")


def ids_of(connection: Connection, asked: Selection) -> list[int]:
    """Return the numbers of all that is found."""
    said = labelled(connection, asked)
    if said.match is not None and not said.apart:
        found: list[int] = json.loads(ids_found(connection, said.match))
        return found
    rows = rows_of(connection, said.found)
    return list(connection.execute(rows.select(rows.c.id)).scalars())


def drawn(ids: Iterable[int], number: int, seed: int) -> list[int]:
    """Draw some, in the order of a hash."""

    def place(article_id: int) -> bytes:
        return blake2b(b"%d %d" % (seed, article_id), digest_size=8).digest()

    return nsmallest(number, ids, key=place)
