"""A recorded page gives back, from its JSON and its bytes, all that its reading depends on."""

import json
from datetime import UTC, date, datetime

import pytest

from pipeline.items import ChannelKind, Entry, Origin, Page, Precision, Stamp
from pipeline.recorded import RecordedPage, document_text, reading_as_dict, recorded_page

TEXT = "Eleven men were taken from the prison at Port Almery in the night and flown out of the country."
ENTRY = Entry(
    url="https://gazette.example/a?utm_source=rss",
    source="gazette",
    channel=ChannelKind.FEED,
    title="Eleven men flown out",
    published=Stamp(
        at=datetime(2025, 8, 12, 5, tzinfo=UTC),
        precision=Precision.DAY,
        origin=Origin.FEED,
        day=date(2025, 8, 11),
    ),
    modified=Stamp(
        at=datetime(2025, 8, 12, 9, 30, tzinfo=UTC), precision=Precision.MINUTE, origin=Origin.FEED
    ),
    authors=("Marta Olivares",),
)


def recording(entry: Entry) -> RecordedPage:
    page = Page(
        entry=entry,
        url="https://gazette.example/a",
        body=f"<h1>Eleven men</h1><article><p>{TEXT}</p><p>{TEXT}</p></article>".encode(),
        content_type="text/html; charset=utf-8",
        fetched_at=datetime(2025, 8, 14, 9, tzinfo=UTC),
    )
    return RecordedPage(page=page, timezone="America/Chicago", language="en")


@pytest.mark.parametrize(
    "entry", [ENTRY, Entry(url="https://gazette.example/a", source="gazette", channel=ChannelKind.SECTION)]
)
def test_what_was_given_comes_back_from_its_json(entry: Entry) -> None:
    recorded = recording(entry)

    document = json.loads(document_text(recorded, recorded.reading()))

    assert recorded_page(document["given"], recorded.page.body) == recorded
    assert document["expect"] == reading_as_dict(recorded.reading())


def test_what_the_channel_did_not_say_is_left_out() -> None:
    recorded = recording(
        Entry(url="https://gazette.example/a", source="gazette", channel=ChannelKind.SECTION)
    )

    document = json.loads(document_text(recorded, recorded.reading()))

    assert set(document["given"]["entry"]) == {"url", "source", "channel"}


def test_a_page_that_is_no_article_has_the_fate_of_its_rejection() -> None:
    recorded = recorded_page(
        {
            "url": "https://gazette.example/a",
            "content_type": "text/html",
            "fetched_at": "2025-08-14T09:00:00Z",
            "timezone": "UTC",
            "language": "",
            "entry": {"url": "https://gazette.example/a", "source": "gazette", "channel": "feed"},
        },
        b"<html><body></body></html>",
    )

    read = reading_as_dict(recorded.reading())

    assert (read["fate"], read["text"], read["published_at"]) == ("not_article", [], None)
