"""Collecting: the sample newsroom's articles arrive whole, once, in their place; and the options of the run."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tearsheet.demo import DemoArticle
from tests.tearsheet.commands import Desk, complaint
from tests.tearsheet.conftest import Collected, plain
from tests.tearsheet.harbor import Harbor, page

BROKEN = "the-silent-post"
TOO_OLD = "el-remanso/entregan-a-operador-detenido-en-la-sierra"
CORRECTED = "halyard-courier/who-are-the-men-on-the-planes"
# Its pages show a standfirst, but do not mark it as one.
WITHOUT_STANDFIRST = "voz-de-altozano"


def wanted(edition: tuple[DemoArticle, ...]) -> list[DemoArticle]:
    """The articles that belong into the corpus."""
    return [
        article
        for article in edition
        if article.is_relevant and not article.is_gone and article.key != TOO_OLD
    ]


def stored(collected: Collected) -> list[tuple[DemoArticle, dict[str, Any]]]:
    pairs = [(article, collected.record(article)) for article in wanted(collected.editions[1])]
    return [(article, record) for article, record in pairs if record is not None]


# The sample newsroom


def test_every_article_on_the_question_is_in_the_corpus_and_nothing_else_is(collected: Collected) -> None:
    expected = {article.url for article in wanted(collected.editions[1])}

    assert {plain(record["url"]) for record in collected.records} == expected


def test_the_stored_text_is_what_was_printed_word_for_word(collected: Collected) -> None:
    for article, record in stored(collected):
        assert record["text"] == "\n\n".join(article.paragraphs)


def test_titles_standfirsts_authors_and_languages_are_those_of_the_page(collected: Collected) -> None:
    for article, record in stored(collected):
        assert record["title"] == article.title
        assert record["authors"] == list(article.authors)
        assert record["language"] == article.language
        if article.publisher != WITHOUT_STANDFIRST:
            assert record["standfirst"] == article.standfirst


def test_the_published_time_is_the_pages_as_far_as_it_is_told(collected: Collected) -> None:
    zones = {source.name: ZoneInfo(source.timezone) for source in collected.newsroom.sources}
    for article, record in stored(collected):
        if record["published_precision"] == "day":
            day = article.published_at.astimezone(zones[article.publisher]).date()
            assert record["published_at"] == day.isoformat(), article.key
        else:
            assert record["published_at"][:16] == f"{article.published_at:%Y-%m-%dT%H:%M}", article.key


def test_copies_are_linked_to_the_article_that_stands_for_them_and_none_is_deleted(
    collected: Collected,
) -> None:
    by_text: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for article, record in stored(collected):
        by_text.setdefault(article.paragraphs, []).append(record)
    reprinted = [records for records in by_text.values() if len(records) > 1]

    assert len(reprinted) >= 3
    for records in reprinted:
        (original,) = [record for record in records if record["duplicate_of"] is None]
        # Which was stored first is chance; which was fetched first, or is credited, stands for them.
        assert sorted(record["fate"] for record in records) == ["copy"] * (len(records) - 1) + ["new"]
        for copy in records:
            assert copy["duplicate_cluster"] == original["duplicate_cluster"]
            assert copy["story"] == original["story"]
            assert copy is original or copy["duplicate_of"] == original["id"]


def test_the_fates_of_a_run_add_up_to_the_urls_it_met(collected: Collected) -> None:
    first, second = collected.first.json, collected.second.json

    assert first["discovered"] == len(collected.editions[0])
    assert sum(first["fates"].values()) == first["discovered"]
    assert sum(second["fates"].values()) == second["discovered"]


def test_the_source_that_does_not_answer_is_named_with_the_reason(collected: Collected) -> None:
    assert collected.first.json["failed"] == {BROKEN: "the server answered 503"}
    assert collected.first.code == 0


def test_what_is_too_old_and_what_is_gone_end_as_such(collected: Collected) -> None:
    too_old = collected.article(TOO_OLD)
    (gone,) = [article for article in collected.editions[0] if article.is_gone]

    assert collected.first.json["fates"]["too_old"] == collected.first.json["fates"]["gone"] == 1
    assert collected.desk.why(too_old.url)[-1] == "too_old"
    assert collected.desk.why(gone.url)[-1] == "gone"


def test_every_run_needs_each_page_once(collected: Collected) -> None:
    for requests in collected.asked[0].values():
        paths = [request.path for request in requests if request.path != "/robots.txt"]
        assert len(paths) == len(set(paths))


# The second edition


def test_the_second_edition_brings_its_articles_and_one_revision(collected: Collected) -> None:
    fates = collected.second.json["fates"]
    news = {article.key for article in collected.editions[1]} - {
        article.key for article in collected.editions[0]
    }

    assert fates["revision"] == 1
    assert fates["new"] + fates["copy"] == len(news)


def test_both_texts_of_the_corrected_article_are_kept(collected: Collected) -> None:
    article = collected.article(CORRECTED)
    before = next(a for a in collected.editions[0] if a.key == CORRECTED)

    first, second = collected.desk.ask("show", article.url, "--revisions", "--json").json["revisions"]

    assert first["text"] == "\n\n".join(before.paragraphs)
    assert second["text"] == "\n\n".join(article.paragraphs)
    assert (first["title"], second["title"]) == (before.title, article.title)
    assert second["changed"] == ["title", "text"]
    assert second["announced"]


def test_no_article_that_is_known_is_fetched_again(collected: Collected) -> None:
    known = {article.key: article for article in collected.editions[0]}
    again = {
        article.key
        for article in known.values()
        for request in collected.asked[1][article.publisher]
        if request.path.partition("?")[0] == article.path
    }

    assert again == {CORRECTED}


def test_channels_are_asked_for_changes_only(collected: Collected) -> None:
    for source in collected.newsroom.sources:
        if source.name == BROKEN:
            continue
        asked = {request.path: request for request in collected.asked[1][source.name]}
        for path in [
            url.partition(f":{collected.newsroom.sites[source.name].port}")[2] for url in source.feeds
        ]:
            assert "if-none-match" in asked[path].headers
    quiet = [
        source["name"]
        for source in collected.desk.ask("sources", "list", "--json").json
        if any(channel["status"] == 304 for channel in source["channels"])
    ]
    assert {"northbound-digest", "western-prosecutor"} <= set(quiet)


def test_a_failed_source_makes_a_strict_run_end_with_4(collected: Collected) -> None:
    assert collected.second.code == 4


def test_a_source_that_was_just_asked_is_not_due(collected: Collected) -> None:
    assert collected.due_again.code == 0
    assert (collected.due_again.out, collected.due_again.err) == ("", "No source is due.\n")
    assert [row["id"] for row in collected.desk.ask("runs", "--json").json] == [2, 1]


# Options


def test_a_recheck_finds_what_changed_and_what_vanished_at_the_named_source_only(
    collected: Collected, tmp_path: Path
) -> None:
    desk = collected.copied_to(tmp_path / "copy")
    site = collected.newsroom.sites["western-prosecutor"]
    changed, vanished = (
        article
        for article in collected.editions[1]
        if article.publisher == "western-prosecutor" and article.is_relevant
    )
    site.page(changed.path, page(1))
    site.forget(vanished.path)

    report = desk.run("collect", "western-prosecutor", "--recheck", "--json").json

    assert report["sources"] == ["western-prosecutor"]
    assert report["fates"] == {"revision": 1, "gone": 1}
    rechecked = desk.ask("show", vanished.url, "--json").json
    assert rechecked["flags"] == ["withdrawn"]
    assert rechecked["text"] == "\n\n".join(vanished.paragraphs)
    assert desk.ask("show", changed.url, "--json").json["revision"] == 2


def test_a_run_over_nothing_but_a_broken_source_ends_with_3(collected: Collected, desk: Desk) -> None:
    desk.configure(collected.newsroom.config_toml())

    done = desk.run("collect", BROKEN)

    assert done.code == 3
    assert f"Failed: {BROKEN}: the server answered 503" in done.out


def test_what_a_limit_leaves_is_fetched_by_the_next_run_although_the_feed_says_nothing_new(
    desk: Desk, harbor: Harbor
) -> None:
    harbor.print(5)
    desk.configure(harbor.config())

    first = desk.run("collect", "--limit", "2", "--json").json
    second = desk.run("collect", "--json").json

    assert first["fates"] == {"off_topic": 2, "pending": 3}
    assert second["fates"] == {"off_topic": 3}
    assert desk.rows("SELECT last_status FROM channel") == [(304,)]
    assert [harbor.asked(f"/a{number}") for number in range(5)] == [1] * 5


def test_a_page_asked_for_by_address_is_all_that_is_fetched(desk: Desk, harbor: Harbor) -> None:
    harbor.print(3)
    desk.configure(harbor.config())

    done = desk.run("collect", "--url", harbor.url("/a1"), "--json")

    assert done.code == 0
    assert done.json["fates"] == {"off_topic": 1}
    assert (harbor.asked("/feed"), harbor.asked("/a0"), harbor.asked("/a1")) == (0, 0, 1)
    assert desk.rows("SELECT source, channel FROM article") == [("harbor", "direct")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("halyard-courrier",), "no source named 'halyard-courrier'; did you mean 'halyard-courier'?"),
        (("--limit", "-1"), "-1 is not in the range"),
        (("--recheque",), "No such option '--recheque'"),
    ],
)
def test_a_mistake_in_the_command_is_one_line_and_exit_2(
    collected: Collected, arguments: tuple[str, ...], said: str
) -> None:
    done = collected.desk.run("collect", *arguments)

    assert done.code == 2
    assert said in complaint(done)
