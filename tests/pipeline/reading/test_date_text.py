"""The dates that publishers write."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.items import Origin, Precision
from pipeline.reading.date_text import believable, stamp_from_date_text


@pytest.mark.parametrize(
    ("raw", "timezone", "iso"),
    [
        ("Tue, 12 Aug 2025 14:30:00 GMT", "UTC", "2025-08-12T14:30:00Z"),
        ("Tue, 12 Aug 2025 14:30:00 -0600 (CST)", "UTC", "2025-08-12T20:30:00Z"),
        ("Tue,12 Aug 2025 14:30 EDT", "UTC", "2025-08-12T18:30Z"),
        ("12-Aug-25", "UTC", "2025-08-12"),
        ("Tue Aug 12 14:30:00 UTC 2025", "America/Bogota", "2025-08-12T14:30:00Z"),
        ("August 12th, 2025 at 3:04 pm", "America/New_York", "2025-08-12T19:04Z"),
        ("Tue, Aug 12, 2025 12:10 AM", "UTC", "2025-08-12T00:10Z"),
        ("mié, 13 ago 2025 14:30:00 -0600", "UTC", "2025-08-13T20:30:00Z"),
        ("13 de agosto de 2025, a las 3:05 p. m.", "America/Mexico_City", "2025-08-13T21:05Z"),
        ("2025-08-12T14:30:00.1234567-06:00", "UTC", "2025-08-12T20:30:00Z"),
        ("2025-08-12 14:30:00 +0000 UTC", "America/Bogota", "2025-08-12T14:30:00Z"),
        ("2025-08-12", "America/Bogota", "2025-08-12"),
        ("2025-08", "UTC", "2025-08"),
        ("20250812T143000Z", "UTC", "2025-08-12T14:30:00Z"),
        ("1755000000", "America/Bogota", "2025-08-12T12:00:00Z"),
        ("1755000000123", "UTC", "2025-08-12T12:00:00Z"),
        ("Tue, 12 Aug 2025 14:30:00 ET", "UTC", "2025-08-12T18:30:00Z"),
        ("Wed, 12 Feb 2025 14:30:00 ET", "UTC", "2025-02-12T19:30:00Z"),
        ("Tue, 12 Aug 2025 14:30:00 IST", "Asia/Kolkata", "2025-08-12T09:00:00Z"),
    ],
)
def test_a_date_is_read_with_its_zone_and_precision(raw, timezone, iso):
    stamp = stamp_from_date_text(raw, origin=Origin.FEED, timezone=timezone)

    assert stamp.iso() == iso
    assert stamp.raw == raw


def test_an_unknown_zone_leaves_the_day():
    stamp = stamp_from_date_text("Tue, 12 Aug 2025 23:30:00 XYZ", origin=Origin.FEED, timezone="UTC")

    assert stamp.iso() == "2025-08-12"


@pytest.mark.parametrize(
    ("raw", "timezone", "language", "iso"),
    [
        ("12/08/2025", "America/Mexico_City", "", "2025-08-12"),
        ("12/08/2025", "America/New_York", "", "2025-12-08"),
        ("12/08/2025", "America/New_York", "es", "2025-08-12"),
        ("12/08/2025", "UTC", "", None),
        ("12/08/2025", "America/Toronto", "en", None),
        ("08/25/2025 10:00", "UTC", "", "2025-08-25T10:00Z"),
        ("25.08.2025", "UTC", "", "2025-08-25"),
        ("08/08/2025", "UTC", "", "2025-08-08"),
    ],
)
def test_a_slash_date_is_read_only_where_its_order_is_certain(raw, timezone, language, iso):
    assert stamp_from_date_text(raw, origin=Origin.FEED, timezone=timezone, language=language).iso() == iso


@pytest.mark.parametrize(
    "raw",
    [
        "hace 3 horas",
        "2025",
        "Tue, 32 Aug 2025",
        "25:99",
        "0001-01-01T00:00:00Z",
        "1970-01-01",
        "31/02/2025",
        "2025-08-12 " * 20,
    ],
)
def test_what_is_no_date_is_unknown_and_kept(raw):
    stamp = stamp_from_date_text(raw, origin=Origin.FEED, timezone="UTC")

    assert stamp.precision is Precision.UNKNOWN
    assert (stamp.at, stamp.raw) == (None, raw)


def test_no_date_is_no_stamp():
    assert not stamp_from_date_text("", origin=Origin.FEED, timezone="UTC").raw


def test_a_time_a_day_ahead_of_the_fetch_is_not_believed_but_its_text_is_kept():
    now = datetime(2025, 8, 12, 12, tzinfo=UTC)
    soon = stamp_from_date_text("2025-08-13T11:00:00Z", origin=Origin.FEED, timezone="UTC")
    later = stamp_from_date_text("2025-08-13T13:00:00Z", origin=Origin.FEED, timezone="UTC")

    assert believable(soon, fetched_at=now) == soon
    assert believable(later, fetched_at=now).at is None
    assert believable(later, fetched_at=now).raw == "2025-08-13T13:00:00Z"


@given(st.text(max_size=200))
def test_any_text_is_read_or_unknown(raw):
    stamp_from_date_text(raw, origin=Origin.FEED, timezone="America/Mexico_City")


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2090, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001
def test_what_iso_8601_writes_is_read_back(local, hours):
    at = local.replace(microsecond=0, tzinfo=UTC)
    written = (at + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S") + f"{hours:+03d}:00"

    assert stamp_from_date_text(written, origin=Origin.FEED, timezone="UTC").at == at
