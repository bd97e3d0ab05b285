"""The query language held against itself: one tree, two answers that must be the same.

Random articles are stored, random trees are asked of the corpus, and each answer is compared with the tree
applied to every article in Python. ``--fuzz`` reads random query strings instead: nothing but QueryError may
come out of the parser. A difference is printed with the seed that makes it again, and fails the command.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    asked = parser.parse_args()
    began = time.perf_counter()
    wrong = _fuzz(asked.seed, asked.fuzz) if asked.fuzz else _compare(asked.seed, asked.queries)
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


def _compare(seed: int, queries: int) -> int:
    wrong = 0
    for first in range(0, queries, _TREES_AT_ONCE):
        batch = seed * 1_000_000 + first
        with Corpus.open("sqlite://", write=True) as corpus:
            for each in differences(corpus, Chance(batch), queries=min(_TREES_AT_ONCE, queries - first)):
                wrong += 1
                print(f"seed {batch}: {each.tree}\n  only the corpus: {each.only_corpus[:1]}")
                print(f"  only Python: {each.only_python[:1]}")
    print(f"{queries:,} trees: {wrong:,} differences between the corpus and the tree applied to each article")
    return wrong


if __name__ == "__main__":
    main()
