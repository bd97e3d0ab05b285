"""The writer's batches: each outcome is stored as if it had come alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.items import Article, Fate
from storage import Corpus
from storage.runs import RunLog
from tearsheet.outcomes import Outcome
from tearsheet.writer import Stored, Writer
from tests.storage.builders import NOON, article, entry, frontier, stamp


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(f"sqlite:///{tmp_path}/corpus.db", write=True) as opened:
        yield opened


def outcome(path: str, what: Article, *, landed: str = "") -> Outcome:
    return Outcome(entry=entry(path), what=what, landed_url=entry(landed or path).url)


def stored_at_once(corpus: Corpus, *outcomes: Outcome) -> list[tuple[str, Fate]]:
    stored: list[Stored] = []
    writer = Writer(corpus, frontier(corpus), keep_all=False, on_stored=stored.append)
    for each in outcomes:
        writer.put(each)
    writer.flush()
    return [(one.outcome.entry.url[-1], one.fate) for one in stored]


def fates(corpus: Corpus) -> dict[str, int]:
    (run,) = RunLog(corpus).runs()
    return run.fates


def test_an_article_that_is_refused_ends_alone_and_the_rest_of_its_batch_is_stored(corpus: Corpus) -> None:
    naive = article("b", modified=stamp(NOON.replace(tzinfo=None)))

    told = stored_at_once(corpus, outcome("a", article("a")), outcome("b", naive), outcome("c", article("c")))

    assert told == [("a", Fate.NEW), ("b", Fate.PARSE_ERROR), ("c", Fate.NEW)]
    assert [record.url[-1] for record in corpus.export()] == ["a", "c"]
    assert fates(corpus) == {"new": 2, "parse_error": 1}
    (why,) = RunLog(corpus).why(entry("b").url)
    assert "cannot be stored" in why.reason


def test_addresses_of_one_batch_that_led_to_one_page_store_it_once(corpus: Corpus) -> None:
    told = stored_at_once(
        corpus,
        outcome("a", article("c"), landed="c"),
        outcome("b", article("c"), landed="c"),
        outcome("c", article("c")),
    )

    assert told == [("a", Fate.NEW), ("b", Fate.KNOWN), ("c", Fate.KNOWN)]
    assert corpus.count("men") == 1


def test_the_same_words_twice_in_one_batch_are_an_article_and_its_copy(corpus: Corpus) -> None:
    told = stored_at_once(
        corpus, outcome("a", article("a", text="same")), outcome("b", article("b", text="same"))
    )

    assert told == [("a", Fate.NEW), ("b", Fate.COPY)]
