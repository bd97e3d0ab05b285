"""A corpus of a million articles: storing it, against raw sqlite3 in the same run, and what is asked of it."""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.invented import Placed, articles
from storage import Corpus
from storage.articles import Articles

_BATCH = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--compared", type=int, default=20_000)
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp())
    corpus = folder / "corpus.db"
    if not corpus.exists():
        build(corpus, folder / "floor.db", asked.articles, asked.compared)


_TABLES = "article", "article_text", "revision", "judgement"


def build(path, floor, count, compared) -> None:
    batches = articles(count)
    with Corpus.open(f"sqlite:///{path}", write=True) as corpus:
        keeper = Articles(corpus)
        numbers = {}
        done = 0
        took = raw = 0.0
        target = None
        while batch := list(islice(batches, _BATCH)):
            c0 = time.process_time()
            t = time.perf_counter()
            with corpus.write():
                for placed in batch:
                    d = placed.decision
                    if placed.copy_of is not None:
                        d = replace(d, compared_with=placed.copy_of + 1)
                    keeper.store(placed.article, d, apart=False)
            took += time.perf_counter() - t
            if done < compared:
                if target is None:
                    target = prepare(path, floor)
                raw += again(path, target, done)
            done += len(batch)
            if done == compared or done % 50000 == 0:
                print(done, took, raw, raw / took, flush=True)


def prepare(path, floor):
    from benchmarks.search import _schema, _PRAGMAS

    floor.unlink(missing_ok=True)
    source, target = sqlite3.connect(path), sqlite3.connect(floor, isolation_level=None)
    for pragma in _PRAGMAS:
        target.execute(f"PRAGMA {pragma}")
    for st in _schema(source):
        target.execute(st)
    from benchmarks.search import _copier

    return source, target, [_copier(source, target, t) for t in _TABLES]


def again(path, target, first):
    import benchmarks.search as bs

    bs._BATCH = _BATCH
    _, conn, copies = target
    batches = [(insert, rows(first)) for rows, insert in copies]
    t = time.perf_counter()
    conn.execute("BEGIN IMMEDIATE")
    for insert, values in batches:
        conn.executemany(insert, values)
    conn.execute("COMMIT")
    return time.perf_counter() - t


if __name__ == "__main__":
    main()
