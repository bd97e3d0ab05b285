"""Where an article goes in the corpus."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pipeline.items import Article, ChannelKind, Fate, Judgement
from pipeline.linking.fingerprints import text_hash
from pipeline.linking.place import place
from pipeline.seen import Found, KnownText, KnownWords, Telling


@dataclass
class Shelf:
    """A corpus of known texts, by address and by words."""

    addresses: dict[str, KnownText] = field(default_factory=dict)
    texts: dict[str, KnownText] = field(default_factory=dict)

    def holding(self, article: Article, article_id: int = 7) -> "Shelf":
        known = KnownText(
            article_id=article_id, title=article.title, text=article.text, text_hash=article.text_hash
        )
        return Shelf({article.url_key: known}, {article.text_hash: known})

    def at_address(self, url_key: str) -> KnownText | None:
        return self.addresses.get(url_key)

    def with_text(self, text_hash: str) -> KnownText | None:
        return self.texts.get(text_hash)

    def furniture(self, paragraphs: Sequence[int]) -> frozenset[int]:
        return frozenset()

    def sharing(self, fingerprints: Sequence[int], *, at: datetime, most: int) -> Found:
        return Found(articles={})

    def clusters_of(self, article_ids: Collection[int]) -> Mapping[int, int]:
        return {}

    def words_of(self, most: Mapping[int, int | None]) -> Mapping[int, KnownWords]:
        return {}

    def mentioning(self, marks: Sequence[int], *, at: datetime, most: int) -> Found:
        return Found(articles={})

    def tellings_of(self, article_ids: Sequence[int]) -> Mapping[int, Telling]:
        return {}

    def count_around(self, at: datetime) -> int:
        return 0

    def are_parted(self, one: int, other: int) -> bool:
        return False


def article(
    text: str = "Mexico handed over 26 prisoners.", *, key: str = "https://a.example/x", score: float = 1.0
):
    return Article(
        url=key,
        url_key=key,
        source="a",
        channel=ChannelKind.FEED,
        title="Handover",
        text=text,
        text_hash=text_hash(text),
        seen_at=datetime(2025, 8, 13, tzinfo=UTC),
        judgements=(Judgement(watch="transfers", score=score, relevant=score > 0.5),),
    )


def test_an_article_that_a_watch_wants_is_new():
    assert place(article(), seen=Shelf(), keep_all=False).fate is Fate.NEW


def test_the_same_words_at_the_same_address_are_unchanged():
    decision = place(
        article("MEXICO handed over 26 prisoners"), seen=Shelf().holding(article()), keep_all=False
    )

    assert (decision.fate, decision.article_id) == (Fate.UNCHANGED, 7)


def test_other_words_at_the_same_address_are_a_revision_even_if_no_watch_wants_them():
    decision = place(
        article("Mexico handed over 29.", score=0), seen=Shelf().holding(article()), keep_all=False
    )

    assert (decision.fate, decision.keep, decision.article_id) == (Fate.REVISION, True, 7)


def test_another_headline_over_the_same_words_is_a_revision():
    retitled = replace(article(), title="Correction: handover")

    assert place(retitled, seen=Shelf().holding(article()), keep_all=False).fate is Fate.REVISION


def test_the_same_words_at_another_address_are_a_copy_that_is_kept():
    decision = place(article(key="https://b.example/y"), seen=Shelf().holding(article()), keep_all=False)

    assert (decision.fate, decision.keep, decision.compared_with) == (Fate.COPY, True, 7)


def test_what_no_watch_wants_is_off_topic_and_kept_only_if_all_is_kept():
    assert not place(article(score=0), seen=Shelf(), keep_all=False).keep
    assert place(article(score=0), seen=Shelf(), keep_all=True) == replace(
        place(article(score=0), seen=Shelf(), keep_all=False), keep=True
    )


def test_an_imported_article_is_never_off_topic():
    imported = replace(article(score=0), channel=ChannelKind.IMPORT)

    assert place(imported, seen=Shelf(), keep_all=False).fate is Fate.NEW


def test_a_text_whose_hash_was_made_by_earlier_rules_is_unchanged_all_the_same():
    shelf = Shelf().holding(replace(article(), text_hash="of an earlier version"))

    assert place(article(), seen=shelf, keep_all=False).fate is Fate.UNCHANGED


def test_counters_relative_times_and_slots_make_no_revision():
    shelf = Shelf().holding(article("Mexico handed over 26 prisoners. 2 hours ago. 120 comments."))
    later = article("Mexico handed over 26 prisoners. 3 hours ago. 134 comments.\n\n970x125")

    assert place(later, seen=shelf, keep_all=False).fate is Fate.UNCHANGED


def test_a_name_that_is_added_to_a_list_is_a_revision():
    names = "These were handed over.\n\nAna Ruiz\n\nLuis Vega"

    decision = place(article(names + "\n\nRosa Gil"), seen=Shelf().holding(article(names)), keep_all=False)

    assert decision.fate is Fate.REVISION


def test_case_accents_punctuation_and_white_space_make_no_other_text():
    assert text_hash("La extradición, ayer.\n\nFin.") == text_hash("la EXTRADICION ayer fin")
    assert text_hash("26 people") != text_hash("29 people")
