"""Killed after any article, a corpus makes the same clusters as one that was never killed."""

import json
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.items import Article
from pipeline.linking.place import place
from pipeline.records import record_from_json
from storage import Corpus
from storage.articles import Articles
from storage.tables import ARTICLE, FINGERPRINT, LINK, MENTION, SKETCH

DOCS, BATCH, KILLS = 400, 20, 20


@pytest.fixture(scope="module")
def stream(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Article]:
    """A generated wire: originals, copies of every kind, revisions, forms, digests, follow-ups."""
    folder = tmp_path_factory.mktemp("wire")
    maker = [sys.executable, str(shared / "bench" / "dedup" / "make_corpus.py"), "--docs", str(DOCS)]
    subprocess.run([*maker, "--seed", "57", "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    lines = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    records = (
        record_from_json(json.loads(line), source="", now=datetime.now(UTC), where="wire") for line in lines
    )
    return [record.article for record in records if record.article is not None]


def take_in(file: Path, stream: list[Article], told: int | None = None) -> None:
    """Link and store what is not there yet, in batches, and tell of each article by a byte."""
    with Corpus.open(f"sqlite:///{file}", write=True) as corpus:
        with corpus.read() as connection:
            stored = set(connection.execute(select(ARTICLE.c.external_id)).scalars())
        articles = Articles(corpus)
        for start in range(0, len(stream), BATCH):
            batch = stream[start : start + BATCH]
            if stored.issuperset(each.external_id for each in batch if _is_first(each, stream)):
                continue  # a batch is stored whole or not at all
            with corpus.write():
                for each in batch:
                    articles.store(each, place(each, seen=articles, keep_all=True))
                    if told is not None:
                        os.write(told, b".")


def _is_first(article: Article, stream: list[Article]) -> bool:
    """Whether it is the first of its address: only that leaves its name in the corpus."""
    return next(each for each in stream if each.url_key == article.url_key) is article


def killed_after(number: int, file: Path, stream: list[Article]) -> None:
    """Let a process take the stream in, and kill it after so many articles."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            take_in(file, stream, told)
        finally:
            os._exit(0)
    os.close(told)
    with os.fdopen(heard, "rb", buffering=0) as progress:
        assert all(progress.read(1) for _ in range(number)), "it was done before it was killed"
        os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def linked(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that linking left: who belongs together, by what tie, and by what later articles find it."""
    rows = {
        "articles": select(
            ARTICLE.c.id,
            ARTICLE.c.duplicate_cluster,
            ARTICLE.c.duplicate_of,
            ARTICLE.c.story,
            ARTICLE.c.revision,
        ),
        "links": select(LINK.c.article_id, LINK.c.other_id, LINK.c.kind, LINK.c.score),
        "sketches": select(SKETCH.c.article_id, SKETCH.c.words, SKETCH.c.weight),
        "fingerprints": select(FINGERPRINT),
        "mentions": select(MENTION),
    }
    with Corpus.open(f"sqlite:///{file}") as corpus, corpus.read() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(query)), key=repr)
            for name, query in rows.items()
        }


def test_killed_at_twenty_random_points_the_clusters_are_those_of_a_run_that_was_not(
    stream: list[Article], tmp_path: Path
) -> None:
    take_in(tmp_path / "whole.db", stream)
    chance = random.Random(20)  # noqa: S311  # no secret

    for _ in range(KILLS):
        killed_after(chance.randint(1, 2 * BATCH), tmp_path / "killed.db", stream)
    take_in(tmp_path / "killed.db", stream)

    whole, killed = linked(tmp_path / "whole.db"), linked(tmp_path / "killed.db")
    assert len({row[1] for row in whole["articles"]}) < len(whole["articles"]) < DOCS
    assert killed == whole
