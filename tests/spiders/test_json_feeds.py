"""JSON Feeds, as their makers write them and as nobody should."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.items import Entry, Source
from spiders.documents import Unreadable
from spiders.feeds import entries_from_feed

SOURCE = Source(name="gazette", timezone="America/Mexico_City")
NOON = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)


def read(feed: Any, *, content_type: str = "application/feed+json") -> tuple[Entry, ...] | Unreadable:
    body = feed if isinstance(feed, bytes) else json.dumps(feed).encode()
    return entries_from_feed(
        body,
        url="https://gazette.example/feed.json",
        source=SOURCE,
        content_type=content_type,
        fetched_at=NOON,
    )


def entries(feed: Any, **more: Any) -> tuple[Entry, ...]:
    found = read(feed, **more)
    assert not isinstance(found, Unreadable), found.reason
    return found


def feed_of(*items: Any, version: str = "https://jsonfeed.org/version/1.1") -> dict[str, Any]:
    return {"version": version, "title": "The Gazette", "items": list(items)}


def test_an_item_gives_address_title_times_and_authors() -> None:
    (entry,) = entries(
        feed_of(
            {
                "id": "1",
                "url": "/2025/08/cae-capo",
                "title": "Cae capo &amp; socio",
                "date_published": "2025-08-12T09:30:00-06:00",
                "date_modified": "2025-08-12T11:00:00Z",
                "authors": [{"name": "Ana Ruiz"}, {"name": "desk@gazette.example"}, {"name": "Ana Ruiz"}],
            }
        )
    )

    assert (entry.url, entry.title) == ("https://gazette.example/2025/08/cae-capo", "Cae capo & socio")
    assert entry.published.at == datetime(2025, 8, 12, 15, 30, tzinfo=UTC)
    assert entry.modified.at == datetime(2025, 8, 12, 11, 0, tzinfo=UTC)
    assert entry.authors == ("Ana Ruiz",)


@pytest.mark.parametrize("content_type", ["application/json", "text/html; charset=utf-8", "text/plain", ""])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\n  "])
def test_it_is_known_by_its_text_whatever_the_server_calls_it(content_type: str, mark: bytes) -> None:
    body = mark + json.dumps(feed_of({"id": "https://gazette.example/a"})).encode()

    assert [entry.url for entry in entries(body, content_type=content_type)] == ["https://gazette.example/a"]


def test_the_author_of_version_1_0_and_the_address_of_a_linked_list_are_taken() -> None:
    (entry,) = entries(
        feed_of(
            {"id": 7, "external_url": "https://other.example/b", "author": {"name": "Luis"}},
            version="https://jsonfeed.org/version/1",
        )
    )

    assert (entry.url, entry.authors) == ("https://other.example/b", ("Luis",))


def test_what_is_wrong_with_one_item_costs_no_other() -> None:
    found = entries(
        feed_of(
            None,
            "text",
            {"id": "no address"},
            {"url": "javascript:alert(1)"},
            {"url": ["https://gazette.example/list"]},
            {"url": "https://gazette.example/a", "title": 5, "date_published": {}, "authors": "Ana"},
            {"url": "https://gazette.example/b", "date_published": "soon", "authors": [None, {"name": 1}]},
        )
    )

    assert [entry.url for entry in found] == ["https://gazette.example/a", "https://gazette.example/b"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "cut off"),
        (b"{" * 100_000, "cut off"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "cut off"),
        (b'{"n": ' + b"9" * 100_000 + b"}", "cut off"),
        (b'{"data": [{"url": "https://gazette.example/a"}]}', "no JSON Feed"),
    ],
)
def test_what_is_no_json_feed_says_so(body: bytes, said: str) -> None:
    found = read(body)

    assert isinstance(found, Unreadable)
    assert said in found.reason


def test_a_feed_without_items_is_a_feed_that_lists_nothing() -> None:
    assert entries(feed_of()) == ()
    assert entries({"version": "https://jsonfeed.org/version/1.1", "items": None}) == ()
