"""Pages of what was found, and how it is spread."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pipeline.errors import ConfigError, QueryError
from pipeline.items import ChannelKind, Fate, Stamp
from pipeline.syntax import Everything
from storage import Corpus
from storage.search.answers import Sort
from tests.storage.builders import NOON, UNWANTED, article, stamp, store

pytestmark = pytest.mark.both_databases


def urls(corpus: Corpus, query: str, **options: object) -> list[str]:
    answer = corpus.search(query, **options)  # type: ignore[arg-type]
    return [hit.url.rpartition("/")[2] for hit in answer.articles]


def dated(path: str, days: float, **changes: object) -> object:
    return article(path, published=stamp(NOON + timedelta(days=days)), **changes)


def test_the_newest_come_first_and_the_undated_where_they_were_first_seen(corpus: Corpus) -> None:
    store(
        corpus,
        dated("old", -3),
        article("undated", published=Stamp(), seen_at=NOON - timedelta(days=1)),
        dated("new", 1),
        dated("twin", 1),
    )

    assert urls(corpus, "handed") == ["twin", "new", "undated", "old"]


def test_the_best_come_first_when_they_are_ranked(corpus: Corpus) -> None:
    store(
        corpus,
        dated("aside", 3, title="Weather", text="rain " * 50 + "extradition"),
        dated("headline", 1, title="Extradition", text="rain " * 50),
        dated("other", 2, text="rain"),
    )

    assert urls(corpus, "extradition", sort="rank") == ["headline", "aside"]
    assert urls(corpus, "extradition OR source:gazette", sort="rank") == ["headline", "aside", "other"]
    assert urls(corpus, "source:gazette", sort="rank") == ["aside", "other", "headline"]


@pytest.mark.parametrize("sort", ["new", "rank"])
def test_the_pages_of_a_search_join_without_gap_or_repeat(corpus: Corpus, sort: Sort) -> None:
    store(corpus, *(dated(str(number), number % 3, text="capo " * (number % 4 + 1)) for number in range(23)))

    whole = urls(corpus, "capo", sort=sort, limit=100)
    joined, cursor, sizes = [], "", []
    while True:
        answer = corpus.search("capo", sort=sort, limit=5, cursor=cursor)
        joined += [hit.url.rpartition("/")[2] for hit in answer.articles]
        sizes.append(len(answer.articles))
        cursor = answer.cursor
        if not cursor:
            break

    assert joined == whole
    assert sizes == [5, 5, 5, 5, 3]
    assert answer.count == 23


def test_a_page_does_not_shift_when_something_new_is_stored_in_between(corpus: Corpus) -> None:
    store(corpus, *(dated(str(number), number) for number in range(4)))
    first = corpus.search("handed", limit=2)
    store(corpus, dated("newest", 9))

    assert urls(corpus, "handed", limit=2, cursor=first.cursor) == ["1", "0"]


_TOO_LARGE = base64.urlsafe_b64encode(b'["new", "2025-01-01T00:00:00Z", 9999999999999999999]').decode()
_INFINITE = base64.urlsafe_b64encode(b'["new", "2025-01-01T00:00:00Z", Infinity]').decode()


@pytest.mark.parametrize(
    "cursor", ["x", "bm90IGpzb24=", "WzFd", "WyJuZXciLCAieCIsIDFd", "ñ", _TOO_LARGE, _INFINITE]
)
def test_a_cursor_that_no_search_gave_is_refused(corpus: Corpus, cursor: str) -> None:
    with pytest.raises(ConfigError, match="was not given by a search; leave it out"):
        corpus.search("capo", cursor=cursor)


def test_a_cursor_of_another_order_is_refused(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b"))
    cursor = corpus.search("handed", limit=1).cursor

    with pytest.raises(ConfigError, match="sorted by new, this one is by rank"):
        corpus.search("handed", sort="rank", cursor=cursor)


def test_what_finds_too_much_to_rank_comes_newest_first_and_says_so(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus.dialect, "RANK_LIMIT", 1)
    store(corpus, article("a"), article("b"))

    assert corpus.search("handed", sort="rank").sort == "new"
    assert corpus.search('"at a"', sort="rank").sort == "rank"


def test_the_filters_narrow_and_fold(corpus: Corpus) -> None:
    store(
        corpus,
        dated("a", 0),
        dated("b", 1, source="El Año", language="es"),
        dated("c", 2, judgements=(UNWANTED,)),
    )

    assert urls(corpus, "handed", source="EL ANO") == ["b"]
    assert urls(corpus, "handed", lang="ES") == ["b"]
    assert urls(corpus, "handed", watch="Cartel-Extraditions") == ["b", "a"]
    assert urls(corpus, "handed", since=NOON + timedelta(days=1)) == ["c", "b"]
    assert urls(corpus, "handed", until=NOON + timedelta(days=1)) == ["a"]
    assert urls(corpus, "", since=NOON + timedelta(days=2)) == ["c"]


def test_a_blank_query_finds_nothing_and_everything_is_asked_for_by_its_node(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b"))

    assert corpus.search(" ").count == 0
    assert corpus.search(Everything()).count == 2
    assert corpus.count() == 2


def test_a_query_that_cannot_be_understood_is_said_to_the_user(corpus: Corpus) -> None:
    with pytest.raises(QueryError):
        corpus.search("capos AND")


def test_a_hit_shows_where_it_was_found(corpus: Corpus) -> None:
    before = "palabra " * 30
    store(corpus, article(text=f"{before}el cártel de Sinaloa y otro Cartel {before}", standfirst="Entrega"))

    (hit,) = corpus.search("cartel").articles

    assert hit.snippet.startswith("…palabra palabra")
    assert "el \x02cártel\x03 de Sinaloa y otro \x02Cartel\x03 palabra" in hit.snippet
    assert hit.as_dict()["snippet"] == hit.snippet


def test_the_facets_count_what_is_found_most_first(corpus: Corpus) -> None:
    store(
        corpus,
        article("a"),
        article("b", source="diario", language="es"),
        article("c", source="diario", language="es", judgements=(UNWANTED,)),
        article("d", text="no match"),
    )

    facets = corpus.facets("handed")

    assert facets == {
        "source": {"diario": 2, "gazette": 1},
        "language": {"es": 2, "en": 1},
        "watch": {"cartel-extraditions": 2},
        "group": {},
        "mechanism": {},
    }
    assert list(facets["source"]) == ["diario", "gazette"]


def test_sources_and_days_are_counted_together_the_fullest_day_first(corpus: Corpus) -> None:
    for path, source, days in (("a", "gazette", 0), ("b", "gazette", 1), ("c", "diario", 1)):
        at = NOON + timedelta(days=days)
        store(corpus, article(path, source=source, published=stamp(at)))

    facets = corpus.facets("handed", by=("source", "day"))

    first, second = NOON.date().isoformat(), (NOON + timedelta(days=1)).date().isoformat()
    assert list(facets["source"].items()) == [("gazette", 2), ("diario", 1)]
    assert list(facets["day"].items()) == [(second, 2), (first, 1)]


def test_a_facet_that_there_is_not_is_no_empty_answer(corpus: Corpus) -> None:
    with pytest.raises(ConfigError, match="no facet 'days'; there are source, language, day"):
        corpus.facets("handed", by=("days",))  # type: ignore[arg-type]


def test_the_timeline_has_no_gaps(corpus: Corpus) -> None:
    friday = datetime(2025, 8, 29, 23, 30, tzinfo=NOON.tzinfo)
    for path, days in (("a", 0), ("b", 0), ("c", 3), ("d", 40)):
        store(corpus, article(path, published=stamp(friday + timedelta(days=days))))

    days = corpus.timeline("handed", until=friday + timedelta(days=30))

    assert days == {"2025-08-29": 2, "2025-08-30": 0, "2025-08-31": 0, "2025-09-01": 1}
    assert list(days) == sorted(days)
    weeks = corpus.timeline("handed", by="week")
    assert weeks == {"2025-08-25": 2, "2025-09-01": 1} | dict.fromkeys(
        ["2025-09-08", "2025-09-15", "2025-09-22", "2025-09-29"], 0
    ) | {"2025-10-06": 1}
    assert corpus.timeline("handed", by="month") == {"2025-08": 2, "2025-09": 1, "2025-10": 1}
    assert corpus.timeline("nothing") == {}


def test_a_repeated_search_gives_what_came_since_and_loses_nothing(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b"))
    assert corpus.since_last("handed", limit=1).count == 2

    assert corpus.since_last("handed").articles == ()
    store(corpus, *(dated(str(number), -number) for number in range(3)), article("x", text="no match"))
    first, second, third = (corpus.since_last(" handed ", limit=2) for _ in range(3))

    assert [hit.url[-1] for hit in first.articles] == ["0", "1"]
    assert (first.count, second.count, third.count) == (3, 1, 0)
    assert [hit.url[-1] for hit in second.articles] == ["2"]


def test_a_search_with_other_filters_has_a_mark_of_its_own(corpus: Corpus) -> None:
    store(corpus, article("a"))
    corpus.since_last("handed")

    assert corpus.since_last("handed", lang="en").count == 1
    assert corpus.since_last("handed", since=NOON).count == 1


def test_an_article_is_found_by_number_and_by_any_form_of_its_url(corpus: Corpus) -> None:
    (number,) = store(corpus, article("a"))

    refs = [number, str(number), "http://www.gazette.example.org/a/?utm_medium=rss"]

    assert [(found := corpus.get(ref)) and found.id for ref in refs] == [number] * 3
    for missing in (99, "99", "https://gazette.example.org/b", "", str(2**70), "9" * 400):
        assert corpus.get(missing) is None


def test_what_is_asked_of_an_article_that_is_not_there_is_empty(corpus: Corpus) -> None:
    assert (corpus.revisions(9), corpus.receipt(9), corpus.copies(9), corpus.judgements(9)) == (
        (),
        (),
        (),
        (),
    )


def test_the_copies_of_an_imported_source_are_found_when_asked_for(corpus: Corpus) -> None:
    (first,) = store(corpus, article("a", text="same"))
    copy = replace(article("b", text="same", source="archive"), channel=ChannelKind.IMPORT)
    store(corpus, copy, fate=Fate.COPY, compared_with=first)

    assert urls(corpus, "source:archive") == []
    assert urls(corpus, "source:archive", include_copies=True) == ["b"]


def test_a_story_is_told_in_the_order_of_its_times(corpus: Corpus) -> None:
    (first,) = store(corpus, dated("a", 0, text="same"))
    store(corpus, dated("b", -1, text="same"), fate=Fate.COPY, compared_with=first)
    store(corpus, dated("c", 0, text="other"))

    assert [record.url[-1] for record in corpus.story(first)] == ["b", "a"]
    assert corpus.story(99) == ()
