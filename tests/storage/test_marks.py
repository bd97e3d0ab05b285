"""A person's decision stands above the rules, whatever they come to say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.items import ChannelKind, Fate, Judgement
from pipeline.marks import Mark, MarkVerdict
from storage import Corpus
from storage.articles import Articles
from storage.forget import forget
from storage.marks import Marks
from storage.retention import Retention, prune
from tests.storage.builders import NOON, UNWANTED, WANTED, article, decision, page, store

pytestmark = pytest.mark.both_databases

WATCH = WANTED.watch
OTHER = Judgement(watch="floods", score=1.0, relevant=True, reasons=("flood",))


def mark(verdict: MarkVerdict, watch: str = WATCH, note: str = "") -> Mark:
    return Mark(watch=watch, verdict=verdict, marked_at=NOON, note=note)


def shown(corpus: Corpus, query: str = "after:1990") -> list[int]:
    return sorted(hit.id for hit in corpus.search(query).articles)


def off_topic(corpus: Corpus, path: str = "a") -> int:
    (number,) = store(corpus, article(path, judgements=(UNWANTED,)), fate=Fate.OFF_TOPIC)
    return number


def watches(corpus: Corpus, number: int) -> list[str]:
    record = corpus.get(number)
    assert record is not None
    return [judgement.watch for judgement in record.watches]


def test_an_article_marked_as_not_relevant_is_hidden_like_an_off_topic_one(corpus: Corpus) -> None:
    wrong, right = store(corpus, article("a"), article("b"))

    Marks(corpus).put(wrong, mark("not", note="a film"))

    assert shown(corpus) == [right]
    assert corpus.count("after:1990", include_off_topic=True) == 2
    assert corpus.count(f"watch:{WATCH}", include_off_topic=True) == 1
    assert corpus.facets(include_off_topic=True)["watch"] == {WATCH: 1}
    assert watches(corpus, wrong) == []
    record = corpus.get(wrong)
    assert record is not None
    assert record.marks == (mark("not", note="a film"),)


def test_an_off_topic_article_marked_as_relevant_is_shown_with_what_the_rules_said(corpus: Corpus) -> None:
    number = off_topic(corpus)
    assert shown(corpus) == []

    Marks(corpus).put(number, mark("relevant"))

    assert shown(corpus) == shown(corpus, f"watch:{WATCH}") == [number]
    assert corpus.facets()["watch"] == {WATCH: 1}
    record = corpus.get(number)
    assert record is not None
    assert record.watches == (replace(UNWANTED, relevant=True),)
    assert list(corpus.export()) == [record]
    assert corpus.judgements(number) == (UNWANTED,)


@pytest.mark.parametrize("verdict", ["relevant", "not"])
def test_no_later_judgement_overrides_it_and_undone_the_rules_decide(
    corpus: Corpus, verdict: MarkVerdict
) -> None:
    against = WANTED if verdict == "not" else UNWANTED
    number = off_topic(corpus)
    Marks(corpus).put(number, mark(verdict))

    for text in ("Another text.", "And another."):
        store(corpus, article(text=text, judgements=(against,)), fate=Fate.REVISION, article_id=number)
        store(corpus, article(text=text, judgements=(against,)), fate=Fate.UNCHANGED, article_id=number)

    assert shown(corpus) == ([number] if verdict == "relevant" else [])
    assert Marks(corpus).take_back(number) == (mark(verdict),)
    assert shown(corpus) == ([number] if against.relevant else [])
    assert watches(corpus, number) == ([WATCH] if against.relevant else [])


def test_what_another_watch_wants_stays_to_be_seen(corpus: Corpus) -> None:
    (number,) = store(corpus, article(judgements=(WANTED, OTHER)))

    Marks(corpus).put(number, mark("not"))
    assert shown(corpus) == [number]
    assert shown(corpus, f"watch:{WATCH}") == []
    assert watches(corpus, number) == ["floods"]

    Marks(corpus).put(number, mark("not", watch="floods"))
    assert shown(corpus) == []


def test_a_mark_is_of_the_text_so_of_every_copy_those_to_come_too(corpus: Corpus) -> None:
    first, copied = store(corpus, article("a"), article("b", text="Two men."))
    copy = Articles(corpus).store(article("c"), decision(Fate.COPY, compared_with=first))

    Marks(corpus).put(copy, mark("not"))
    later = Articles(corpus).store(article("d"), decision(Fate.COPY, compared_with=first))

    assert [hit.id for hit in corpus.export(include_copies=True)] == [copied]
    assert watches(corpus, later) == []


def test_of_one_text_the_last_mark_counts_whichever_copy_it_was_put_on(corpus: Corpus) -> None:
    (first,) = store(corpus, article("a"))
    copy = Articles(corpus).store(article("b"), decision(Fate.COPY, compared_with=first))

    Marks(corpus).put(first, mark("not"))
    Marks(corpus).put(copy, mark("relevant"))

    assert shown(corpus) == [first]
    assert Marks(corpus).take_back(first) == (mark("relevant"),)
    assert Marks(corpus).take_back(first) == ()


def test_what_was_imported_is_hidden_by_a_mark_though_by_no_rule(corpus: Corpus) -> None:
    (number,) = store(
        corpus, article(channel=ChannelKind.IMPORT, judgements=(UNWANTED,)), fate=Fate.OFF_TOPIC
    )
    assert shown(corpus) == [number]

    Marks(corpus).put(number, mark("not"))

    assert shown(corpus) == []


def test_a_watch_that_never_judged_an_article_can_be_given_it(corpus: Corpus) -> None:
    number = off_topic(corpus)

    Marks(corpus).put(number, mark("relevant", watch="floods"))

    assert watches(corpus, number) == ["floods"]
    assert shown(corpus, "watch:FLOODS") == [number]


def test_one_mark_is_taken_back_and_the_other_stays(corpus: Corpus) -> None:
    number = off_topic(corpus)
    for watch in (WATCH, "floods"):
        Marks(corpus).put(number, mark("relevant", watch=watch))

    assert Marks(corpus).take_back(number, "floods") == (mark("relevant", watch="floods"),)

    assert watches(corpus, number) == [WATCH]


def test_a_forgotten_article_leaves_its_mark_to_the_copy_but_not_the_note(corpus: Corpus) -> None:
    (first,) = store(corpus, article("a"))
    copy = Articles(corpus).store(article("b"), decision(Fate.COPY, compared_with=first))
    Marks(corpus).put(first, mark("not", note="about Zyxquvblum"))

    forget(corpus, first)

    assert shown(corpus) == []
    assert Marks(corpus).take_back(copy) == (mark("not"),)


def test_the_mark_of_an_article_without_copies_is_forgotten_with_it(corpus: Corpus) -> None:
    (number,) = store(corpus, article("a"))
    Marks(corpus).put(number, mark("not"))

    assert forget(corpus, number) is not None

    assert Marks(corpus).take_back(number) == ()


@pytest.mark.parametrize(("verdict", "pages"), [("relevant", 0), ("not", 1)])
def test_the_page_of_an_article_is_kept_as_its_mark_says(
    corpus: Corpus, verdict: MarkVerdict, pages: int
) -> None:
    page_id = corpus.pages.keep(page())
    judgement, fate = (UNWANTED, Fate.OFF_TOPIC) if verdict == "relevant" else (WANTED, Fate.NEW)
    number = Articles(corpus).store(article(judgements=(judgement,)), decision(fate), page_id=page_id)
    Marks(corpus).put(number, mark(verdict))

    pruned = prune(corpus, Retention(article_days=365, off_topic_days=30), now=NOON + timedelta(days=100))

    assert (pruned.article_pages, pruned.other_pages) == (0, pages)
