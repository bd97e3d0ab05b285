"""What stands of a stored article once today's rules have read it again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipeline.items import Article, ChannelKind, Fate, Flag, Judgement, Precision, Rejected, Stamp
from pipeline.rereading import Again, Kept, Turn, again, turns

WANTED = Judgement(watch="w", score=0.9, relevant=True)
UNWANTED = Judgement(watch="w", score=0.1, relevant=False)
STORED = Article(
    url="https://a.example/1",
    url_key="a.example/1",
    source="a",
    channel=ChannelKind.FEED,
    title="Title",
    text="Text",
    text_hash="1",
    authors=("Ana",),
    published=Stamp(at=datetime(2025, 1, 1, tzinfo=UTC), precision=Precision.DAY),
    seen_at=datetime(2025, 1, 2, tzinfo=UTC),
    flags=(Flag.WITHDRAWN,),
    judgements=(WANTED,),
)
TODAY = replace(STORED, seen_at=datetime(2026, 1, 1, tzinfo=UTC), flags=())


def kept(**changes: Any) -> Kept:
    values = {
        "article_id": 1,
        "article": STORED,
        "revision": 1,
        "is_hidden": False,
        "cluster": 1,
        "page_id": 1,
    }
    return Kept(**(values | changes))


def turned(*cluster: Again, others_wanted: bool = False) -> list[tuple[bool, Turn | None]]:
    return [(hidden, turn) for _, hidden, turn in turns(cluster, others_wanted=others_wanted)]


def test_the_same_reading_changes_nothing_and_a_withdrawn_article_stays_withdrawn() -> None:
    one = again(kept(), TODAY)

    assert one.changed == ()
    assert one.article.flags == (Flag.WITHDRAWN,)
    assert one.article.seen_at == STORED.seen_at


def test_what_reads_otherwise_is_named_by_its_field() -> None:
    today = replace(TODAY, title="Other", published=Stamp(), flags=(Flag.PAYWALLED,), judgements=(UNWANTED,))

    assert again(kept(), today).changed == ("title", "published_at", "flags", "watches")


def test_of_a_revised_article_only_what_its_newest_page_tells_is_replaced() -> None:
    today = replace(TODAY, text="New", authors=(), published=Stamp(at=datetime(2026, 1, 1, tzinfo=UTC)))

    one = again(kept(revision=2), today)

    assert one.changed == ("text",)
    assert (one.article.authors, one.article.published) == (STORED.authors, STORED.published)
    assert again(kept(), today).article.authors == ()


def test_an_earlier_text_that_is_wanted_keeps_the_article() -> None:
    today = replace(TODAY, judgements=(UNWANTED,))

    assert not again(kept(), today).is_wanted
    assert again(kept(), today, earlier=(STORED,)).is_wanted


def test_a_refused_page_leaves_the_text_and_takes_the_judgements_unless_it_was_imported() -> None:
    refused = Rejected(url="", fate=Fate.NOT_ARTICLE, reason="a list")
    imported = kept(article=replace(STORED, channel=ChannelKind.IMPORT))

    one, other = again(kept(), refused), again(imported, refused)

    assert (one.article.text, one.article.judgements, one.refusal) == ("Text", (), "not_article: a list")
    assert (one.is_wanted, other.is_wanted) == (False, True)
    assert other.article.judgements == (WANTED,)


def test_articles_with_one_text_are_shown_or_hidden_together() -> None:
    wanted = again(kept(), TODAY)
    unwanted = again(kept(article_id=2), replace(TODAY, judgements=(UNWANTED,)))

    assert turned(wanted, unwanted) == [(False, None), (False, None)]
    assert turned(unwanted) == [(True, Turn.HIDDEN)]
    assert turned(unwanted, others_wanted=True) == [(False, None)]


def test_a_hidden_one_that_is_wanted_is_shown_and_a_marked_one_never_turns() -> None:
    assert turned(again(kept(is_hidden=True), TODAY)) == [(False, Turn.SHOWN)]
    assert turned(again(kept(is_marked=True), replace(TODAY, judgements=()))) == [(True, None)]
