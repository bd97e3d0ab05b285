"""The query language held against itself: one tree, two answers that must be the same.

Random articles are stored, random trees are asked of the corpus, and each answer is compared with the tree
applied to every article in Python. ``--postgres URL`` asks a corpus in PostgreSQL as well, made for it in a
schema of its own that must not be there yet. ``--fuzz`` reads random query strings instead: nothing but
QueryError may come out of the parser. A difference is printed with the seed that makes it again, and fails
the command.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import create_engine, make_url
from sqlmodel import SQLModel

from benchmarks.chance import NOON, Chance
from pipeline.errors import QueryError
from pipeline.items import Article, Decision, Fate
from pipeline.matching import Matcher
from pipeline.query import parse
from pipeline.syntax import Node
from storage import Corpus
from storage.articles import Articles

__all__ = ["Difference", "differences", "refused"]

_ARTICLES = 60
_TREES_AT_ONCE = 100
_SCHEMA = "tearsheet_differential"


@dataclass(frozen=True, slots=True)
class Difference:
    """A tree on whose answer the two do not agree."""

    tree: Node
    only_corpus: tuple[Article, ...]
    only_python: tuple[Article, ...]


def differences(corpus: Corpus, chance: Chance, *, queries: int) -> Iterator[Difference]:
    """Store articles in an empty corpus, and yield the trees on whose answer the two do not agree."""
    given = chance.articles(_ARTICLES)
    placed = _placed(corpus, given)
    for _ in range(queries):
        tree = chance.tree()
        found = {record.id for record in corpus.export(tree, include_copies=True, include_off_topic=True)}
        expected = {number for number, matcher in placed.items() if matcher.matches(tree)}
        if found != expected:
            yield Difference(
                tree,
                tuple(given[number - 1] for number in sorted(found - expected)),
                tuple(given[number - 1] for number in sorted(expected - found)),
            )


def _placed(corpus: Corpus, given: Sequence[Article]) -> dict[int, Matcher]:
    """Store the articles, every third a copy of the first; return each with its place, by its number."""
    keeper, placed = Articles(corpus), {}
    with corpus.write():
        for index, article in enumerate(given):
            fate = Fate.COPY if index % 3 == 2 else Fate.NEW
            first = 1 if fate is Fate.COPY else None
            number = keeper.store(article, Decision(fate=fate, rule="", keep=True, compared_with=first))
            placed[number] = Matcher(article, story=first or number, fate=fate)
    return placed


def refused(typed: str) -> bool:
    """Read a query, which may only be understood or refused with a place that is in it."""
    try:
        parse(typed, now=NOON)
    except QueryError as error:
        if not 0 <= error.position <= len(typed):
            raise AssertionError(f"the place {error.position} is not in {typed!r}") from error
        return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--fuzz", type=int, default=0, metavar="STRINGS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", metavar="URL", default="")
    asked = parser.parse_args()
    began = time.perf_counter()
    if asked.fuzz:
        wrong = _fuzz(asked.seed, asked.fuzz)
    else:
        with _on_server(asked.postgres) if asked.postgres else nullcontext() as other:
            wrong = _compare(asked.seed, asked.queries, other)
    print(f"{time.perf_counter() - began:.0f} s")
    sys.exit(bool(wrong))


def _fuzz(seed: int, count: int) -> int:
    chance, refusals = Chance(seed), 0
    for _ in range(count):
        typed = chance.typed()
        try:
            refusals += refused(typed)
        except Exception:
            print(f"seed {seed}: {typed!r}")
            raise
    print(f"{count:,} query strings: {refusals:,} refused, the others understood, nothing else came out")
    return 0


@contextmanager
def _on_server(url: str) -> Iterator[Corpus]:
    """Make a corpus in a schema of its own, which is removed with all in it."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {_SCHEMA}")
        try:
            own = make_url(url).update_query_dict({"options": f"-csearch_path={_SCHEMA}"})
            with Corpus.open(own.render_as_string(hide_password=False), write=True) as corpus:
                yield corpus
        finally:
            connection.exec_driver_sql(f"DROP SCHEMA {_SCHEMA} CASCADE")
    engine.dispose()


def _empty(corpus: Corpus) -> None:
    with corpus.write() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.exec_driver_sql("SELECT setval('article_id_seq', 1, false)")


def _compare(seed: int, queries: int, on_server: Corpus | None) -> int:
    wrong = 0
    for first in range(0, queries, _TREES_AT_ONCE):
        batch, count = seed * 1_000_000 + first, min(_TREES_AT_ONCE, queries - first)
        with Corpus.open("sqlite://", write=True) as corpus:
            wrong += _told("SQLite", batch, differences(corpus, Chance(batch), queries=count))
        if on_server is not None:
            _empty(on_server)
            wrong += _told("PostgreSQL", batch, differences(on_server, Chance(batch), queries=count))
    print(f"{queries:,} trees: {wrong:,} differences between the corpus and the tree applied to each article")
    return wrong


def _told(database: str, seed: int, found: Iterator[Difference]) -> int:
    number = 0
    for each in found:
        number += 1
        print(f"{database}, seed {seed}: {each.tree}\n  only the corpus: {each.only_corpus[:1]}")
        print(f"  only Python: {each.only_python[:1]}")
    return number


if __name__ == "__main__":
    main()
