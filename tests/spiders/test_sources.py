"""Sources as data."""

import csv

import pytest

from pipeline.errors import SourceError
from pipeline.items import Source
from spiders.sources import builtin_sources, merge, read_sources, source_from_table

RSS = "https://diario.example/rss"


def test_every_listed_publisher_is_a_built_in_source(shared):
    with (shared / "sources" / "sources.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    sources = {source.name: source for source in builtin_sources()}

    assert set(sources) == {row["id"] for row in rows}
    for row in rows:
        assert sources[row["id"]].enabled is (row["confidence"] != "low" and row["kind"] != "aggregator")


def test_a_switched_off_source_says_why():
    assert all(source.note for source in builtin_sources() if not source.enabled)


def test_selectors_of_section_pages_are_kept_and_empty_ones_mean_by_shape():
    table = {"sections": [RSS], "article_links": "h2 > a", "next_page": ""}

    source = source_from_table("uno", table, "sources.toml")

    assert (source.article_links, source.next_page) == ("h2 > a", "")


def test_an_empty_cadence_means_adaptive():
    assert source_from_table("uno", {"feeds": [RSS], "every": ""}, "sources.toml").every == ""


def test_a_table_becomes_a_source():
    [source] = read_sources(
        f"""
        [el-diario]
        feeds = ["{RSS}"]
        language = "es"
        timezone = "America/Mexico_City"
        tier = 1
        every = "30 minutes"
        expect_per_day = [2, 60]
        """,
        "sources.toml",
    )

    assert source == Source(
        name="el-diario",
        feeds=(RSS,),
        language="es",
        timezone="America/Mexico_City",
        tier=1,
        every="30 minutes",
        expect_per_day=(2.0, 60.0),
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "sources.toml: [el-ejemplo] has neither feeds nor sitemaps nor sections; add one of them."),
        ({"feed": [RSS]}, "sources.toml: [el-ejemplo]: there is no key 'feed'; did you mean feeds?"),
        ({"colour": "red"}, "there is no key 'colour'"),
        ({"feeds": RSS}, "feeds: expected a list of addresses"),
        ({"feeds": [7]}, "feeds: 7 is not an http(s) address"),
        ({"feeds": ["file:///etc/passwd"]}, "feeds: 'file:///etc/passwd' is not an http(s) address"),
        ({"feeds": ["/rss"]}, "feeds: '/rss' is not an http(s) address"),
        ({"feeds": [RSS], "tier": 4}, "tier: expected 1, 2 or 3, found 4"),
        ({"feeds": [RSS], "tier": True}, "tier: expected 1, 2 or 3, found True"),
        ({"feeds": [RSS], "enabled": "no"}, "enabled: expected true or false, found 'no'"),
        ({"feeds": [RSS], "language": "español"}, "language: expected two letters"),
        (
            {"feeds": [RSS], "timezone": "America/Mexico"},
            "timezone: unknown timezone 'America/Mexico'; did you mean America/Mexico_City?",
        ),
        ({"feeds": [RSS], "timezone": "../etc"}, "timezone: unknown timezone"),
        ({"feeds": [RSS], "every": "often"}, "every: every = 'often'"),
        ({"feeds": [RSS], "expect_per_day": [60, 2]}, "expect_per_day: expected two numbers"),
        (
            {"sections": [RSS], "article_links": "h2 a["},
            "article_links: 'h2 a[' is not a CSS selector (Expected ident or '*'",
        ),
        (
            {"sections": [RSS], "next_page": "a.next::attr(href)"},
            "next_page: 'a.next::attr(href)' is not a CSS selector (Pseudo-elements are not supported)",
        ),
        ({"sections": [RSS], "next_page": "svg|a"}, "next_page: 'svg|a' is not a CSS selector (Undefined"),
        ({"sections": [RSS], "article_links": "a" * 2000}, "at most 1,000 characters, found 2,000"),
        ({"sections": [RSS], "article_links": ["a"]}, "article_links: expected a CSS selector such as"),
        ({"feeds": [RSS], "article_links": "h2 a"}, "are for section pages; add sections"),
        ("no table", "must be a table"),
    ],
)
def test_a_wrong_table_is_refused_with_file_table_key_and_what_to_do(table, said):
    with pytest.raises(SourceError) as refused:
        source_from_table("el-ejemplo", table, "sources.toml")

    assert said in str(refused.value)
    assert "sources.toml: [el-ejemplo]" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["El-Diario", "el_diario", "el diario", "-a", ""])
def test_a_name_that_is_no_spider_name_is_refused(name):
    with pytest.raises(SourceError, match="lower-case"):
        source_from_table(name, {"feeds": [RSS]}, "sources.toml")


def test_a_text_that_is_no_toml_is_refused_with_the_place():
    with pytest.raises(SourceError, match=r"sources.toml: .*line 2"):
        read_sources("[el-diario]\n= 1", "sources.toml")


def test_a_source_that_is_switched_off_needs_no_channel():
    assert not source_from_table("efe", {"enabled": False}, "sources.toml").enabled


BUILTIN = (Source(name="uno", feeds=(RSS,), tier=1), Source(name="dos", sections=(RSS,), enabled=False))


def test_a_users_table_changes_only_the_keys_it_gives():
    merged = merge(BUILTIN, {"uno": {"enabled": False}, "dos": {"enabled": True, "tier": 3}})

    assert merged == (
        Source(name="uno", feeds=(RSS,), tier=1, enabled=False),
        Source(name="dos", sections=(RSS,), tier=3),
    )


def test_a_users_table_adds_a_source():
    assert merge(BUILTIN, {"tres": {"sitemaps": [RSS]}})[-1] == Source(name="tres", sitemaps=(RSS,))


def test_a_misspelt_source_is_not_taken_for_a_new_one():
    tables = {"eluniversl": {"enabled": False}}

    with pytest.raises(SourceError, match=r"tearsheet.toml: \[sources.eluniversl\].*sources.eluniversal"):
        merge(builtin_sources(), tables)
