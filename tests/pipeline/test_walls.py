"""What stands before a source's pages is told when it stands before at least half of the newest."""

from datetime import date, timedelta

import pytest

from pipeline.figures import Day
from pipeline.items import Fate
from pipeline.walls import wall_before

TODAY = date(2025, 8, 12)


def day(*, ago: int = 0, read: int = 0, **changes: object) -> Day:
    return Day(day=TODAY - timedelta(days=ago), pages=read, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pages", "like", "says"),
    [
        (day(read=4, rejected={"consent_wall": 3}), Fate.CONSENT_WALL, "3 of 4 pages are a consent wall; "),
        (day(read=4, paywalled=3), Fate.BLOCKED, "3 of 4 pages are a teaser before a paywall; "),
        (day(read=1, refused={"robots": 3}), Fate.ROBOTS, "3 of 4 pages are forbidden by its robots.txt; "),
        (day(read=1, refused={"blocked": 3}), Fate.BLOCKED, "3 of 4 pages were refused (blocked), "),
        (day(read=4, rejected={"gone": 3}), Fate.NOT_HTML, "3 of 4 pages are gone, "),
        (
            day(read=1, refused={"timeout": 1, "unreachable": 1, "http_error": 1}),
            Fate.UNREACHABLE,
            "3 of 4 pages did not answer, ",
        ),
    ],
)
def test_each_wall_has_its_name_and_says_what_to_do(pages: Day, like: Fate, says: str) -> None:
    wall = wall_before([pages], today=TODAY)

    assert wall is not None
    assert wall.like is like
    assert wall.finding.startswith(says)
    assert wall.finding.partition("; ")[2]


@pytest.mark.parametrize(
    "pages",
    [
        [],
        [day(read=20)],
        [day(refused={"blocked": 2})],
        [day(read=4, refused={"blocked": 3})],
        [day(read=2, refused={"blocked": 2, "robots": 2})],
        [day(ago=2, refused={"blocked": 9})],
        [day(read=9), day(ago=1, refused={"blocked": 8})],
    ],
)
def test_a_few_pages_or_less_than_half_or_those_of_days_ago_are_no_wall(pages: list[Day]) -> None:
    assert wall_before(pages, today=TODAY) is None


def test_the_pages_of_yesterday_count_with_those_of_today() -> None:
    wall = wall_before([day(ago=1, refused={"robots": 2}), day(refused={"robots": 1})], today=TODAY)

    assert wall is not None
    assert wall.finding.startswith("3 of 3 pages are forbidden")


def test_the_wall_before_most_pages_is_the_one_that_is_told() -> None:
    wall = wall_before([day(read=3, paywalled=3, refused={"blocked": 4})], today=TODAY)

    assert wall is not None
    assert wall.finding.startswith("4 of 7 pages were refused")
