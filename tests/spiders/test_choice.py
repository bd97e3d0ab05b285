"""Of what was found the best is chosen, with a reason; what is foreign, empty or dead is not."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.items import ChannelKind, Entry, Origin, Precision, Stamp
from spiders.choice import Choice, choice
from spiders.discovery import Candidate, Finding

AT = datetime(2025, 8, 13, tzinfo=UTC)
HOME = "https://paper.example/"


def finding(
    path: str = "",
    kind: ChannelKind | None = ChannelKind.FEED,
    *,
    entries: int = 3,
    days_old: float | None = 1,
    language: str = "es",
    title: str = "",
    parent: str = "",
    trouble: str = "",
) -> Finding:
    at = None if days_old is None else AT - timedelta(days=days_old)
    published = Stamp(at=at, precision=Precision.SECOND, origin=Origin.FEED)
    return Finding(
        candidate=Candidate(url=HOME + path, found="the page", parent=parent and HOME + parent),
        url=HOME + path,
        kind=kind,
        entries=tuple(
            Entry(
                url=f"{HOME}{path}/{number}",
                source="x",
                channel=kind or ChannelKind.FEED,
                published=published,
                title=title,
            )
            for number in range(entries)
        ),
        language=language,
        trouble=trouble,
    )


def home(**more) -> Finding:
    return finding("", ChannelKind.SECTION, **more)


def sitemap(path: str, **more) -> Finding:
    return finding(path, ChannelKind.SITEMAP, **more)


def chosen(*findings: Finding) -> list[str]:
    return [each.url.removeprefix(HOME) for each in choice(findings, at=AT).chosen]


def verdict(made: Choice, path: str) -> str:
    return next(each.verdict for each in made.judged if each.finding.url == HOME + path)


def test_a_feed_and_a_news_sitemap_are_taken_together_and_one_of_each():
    assert chosen(
        home(),
        finding("feed"),
        finding("feed2"),
        sitemap("a-news.xml"),
        sitemap("b-news.xml"),
        sitemap("all.xml"),
    ) == ["feed", "a-news.xml"]


def test_what_is_chosen_and_what_is_not_has_a_reason():
    made = choice(
        [home(), finding("feed"), finding("feed2"), finding("old", trouble="no answer in time")], at=AT
    )

    assert verdict(made, "feed") == "a feed names headline and time"
    assert verdict(made, "feed2") == verdict(made, "") == "not needed"
    assert verdict(made, "old") == "no answer in time"
    assert made.language == "es"


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        (finding("feed", language="en"), "in another language (en)"),
        (finding("feed", entries=0), "lists nothing"),
        (finding("feed", days_old=400), "nothing new since 2024-07-09"),
    ],
)
def test_a_feed_that_is_foreign_empty_or_dead_is_not_taken_where_there_is_better(feed, reason):
    made = choice([home(), feed, finding("good")], at=AT)

    assert [each.url for each in made.chosen] == [HOME + "good"]
    assert verdict(made, "feed") == reason


def test_a_foreign_or_empty_feed_is_never_taken():
    empty_home = home(entries=0)

    assert chosen(empty_home, finding("feed", language="en"), finding("feed2", entries=0)) == []


def test_without_a_feed_an_up_to_date_sitemap_is_taken_before_the_page():
    assert chosen(home(), sitemap("all.xml")) == ["all.xml"]
    assert chosen(home(), sitemap("all.xml", days_old=20)) == [""]
    assert chosen(home(), sitemap("all.xml", days_old=None)) == [""]


def test_a_page_is_taken_only_where_there_is_nothing_else():
    assert chosen(home()) == [""]
    assert chosen(home(entries=0, trouble="no link of the page looks like an article")) == []


def test_a_feed_that_seldom_has_news_is_better_than_nothing():
    made = choice([home(entries=0), finding("feed", days_old=400)], at=AT)

    assert [each.url for each in made.chosen] == [HOME + "feed"]
    assert verdict(made, "feed") == "nothing newer was found; its newest entry is of 2024-07-09"


def test_a_feed_without_dates_is_alive():
    assert chosen(home(), finding("feed", days_old=None)) == ["feed"]


@pytest.mark.parametrize(
    "given", [finding("feed", language="en"), finding("feed", days_old=900), sitemap("all.xml")]
)
def test_a_channel_that_was_given_is_taken_as_it_is(given):
    made = choice([given], at=AT)

    assert (made.chosen, made.judged[0].verdict) == ((given,), "it is what was given")


def test_a_channel_that_was_given_but_lists_nothing_is_not_taken():
    assert chosen(finding("feed", entries=0)) == []


def test_for_a_section_its_own_feed_comes_before_that_of_the_paper():
    section = finding("policiales/", ChannelKind.SECTION)

    assert chosen(section, finding("feed"), finding("policiales/feed")) == ["policiales/feed"]


def test_what_the_parts_of_an_index_list_counts_for_the_index():
    made = choice(
        [
            home(),
            sitemap("sitemap.xml", entries=0),
            sitemap("2025.xml", parent="sitemap.xml"),
            sitemap("2024.xml", parent="sitemap.xml"),
        ],
        at=AT,
    )

    assert [(each.url, len(each.entries)) for each in made.chosen] == [(HOME + "sitemap.xml", 6)]
    assert len(made.judged) == 2


def test_a_news_sitemap_stands_for_itself_unless_its_index_is_one_of_news():
    assert chosen(
        home(), sitemap("sitemap.xml", entries=0), sitemap("x.xml", title="Uno", parent="sitemap.xml")
    ) == ["x.xml"]
    assert chosen(
        home(), sitemap("news.xml", entries=0), sitemap("x.xml", title="Uno", parent="news.xml")
    ) == ["news.xml"]


def test_the_language_is_that_of_the_address_given_else_the_most_common_one():
    assert choice([home(language="en"), finding("feed")], at=AT).language == "en"
    options = [home(language=""), finding("a", language="en"), finding("b"), finding("c")]
    assert choice(options, at=AT).language == "es"
    assert choice([home(language="")], at=AT).language == ""
