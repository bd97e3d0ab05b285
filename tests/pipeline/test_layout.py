"""When a publisher changed its layout, and when it did not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from pipeline.figures import Day
from pipeline.layout import layout_change

TODAY = date(2025, 8, 12)
PAGES = 20


def day(ago: int, pages: int = PAGES, *, length: float = 2900, cut: float = 4, **changes: Any) -> Day:
    """A usual day: a tenth of its pages are galleries, all articles have a date, four fifths an author."""
    articles = changes.setdefault("articles", pages - pages // 10)
    sums: dict[str, Any] = {
        "pages": pages,
        "rejected": {"too_short": pages - articles} if articles < pages else {},
        "characters": round(articles * length),
        "lines_cut": round(pages * cut),
        "residue": articles // 2,
        "unsigned": articles // 5,
    }
    return Day(day=TODAY - timedelta(days=ago), **(sums | changes))


def history(days: int = 10, pages: int = PAGES) -> list[Day]:
    return [day(ago, pages) for ago in range(days, 0, -1)]


CHANGES = {
    "texts are 310 characters long, usually 2,900": {"length": 310},
    "90% of its pages are without an article (not_article), usually 10%": {
        "articles": 2,
        "rejected": {"not_article": 15, "too_short": 3},
    },
    "14.0 lines are cut from a page, usually 4.0": {"cut": 14},
    "0.5 lines are cut from a page, usually 4.0": {"cut": 0.5},
    "0% of its articles have a date, usually 100%": {"undated": 18},
    "6% of its articles have an author, usually 83%": {"unsigned": 17},
    "6.0 lines of a text stand in other texts too, usually 0.5": {"residue": 6 * 18},
}


def test_a_source_whose_pages_are_as_they_were_has_not_changed() -> None:
    assert layout_change([*history(), day(0)], today=TODAY) is None


@pytest.mark.parametrize(("said", "changes"), CHANGES.items())
def test_every_kind_of_change_is_told_on_its_day_with_its_figures(said: str, changes: dict[str, Any]) -> None:
    found = layout_change([*history(), day(0, **changes)], today=TODAY)

    advice = "its layout may have changed; compare `tearsheet show ID` with the page in a browser"
    assert found == f"{said}: {advice}"


@pytest.mark.parametrize(
    "changes",
    [
        {"length": 310},
        {"articles": 0, "residue": 0},
        {"cut": 14},
        {"undated": 5},
        {"unsigned": 5},
        {"residue": 30},
    ],
)
def test_five_pages_and_three_days_before_are_enough(changes: dict[str, Any]) -> None:
    today = day(0, 5, **({"articles": 5} | changes))

    assert layout_change([*history(3, pages=7), today], today=TODAY) is not None


def test_every_difference_is_told() -> None:
    found = layout_change([*history(), day(0, length=310, undated=18)], today=TODAY)

    assert found is not None
    assert found.startswith(
        "texts are 310 characters long, usually 2,900, 0% of its articles have a date, usually 100%: "
    )


@pytest.mark.parametrize("pages", [1, 4])
def test_a_holiday_with_few_pages_is_no_change_however_they_differ(pages: int) -> None:
    few = day(0, pages, articles=1, length=100, cut=20, undated=1, unsigned=1, residue=10)

    assert layout_change([*history(), few], today=TODAY) is None


def test_few_pages_are_judged_together_with_those_of_the_days_before() -> None:
    slow = [day(ago, 3, articles=3) for ago in range(14, 1, -1)]

    first = layout_change([*slow, day(1, 3, articles=3, length=310)], today=TODAY - timedelta(days=1))
    second = layout_change([*slow, *(day(ago, 3, articles=3, length=310) for ago in (1, 0))], today=TODAY)

    assert first is None
    assert second is not None


def test_a_change_is_told_on_the_days_after_it_too_until_it_is_usual() -> None:
    days = history(14)
    told = []
    for after in range(14):
        days.append(replace(day(0, length=310), day=TODAY + timedelta(days=after)))
        told.append(layout_change(days, today=TODAY + timedelta(days=after)) is not None)

    assert told == sorted(told, reverse=True)
    assert 4 <= sum(told) <= 8


def test_a_change_is_still_told_before_the_first_page_of_the_next_day_and_forgotten_with_the_source() -> None:
    days = [*history(), day(0, length=310)]

    assert layout_change(days, today=TODAY + timedelta(days=1)) is not None
    assert layout_change(days, today=TODAY + timedelta(days=7)) is None


def test_a_layout_that_is_mended_is_not_told_any_more() -> None:
    assert layout_change([*history(), day(1, length=310), day(0)], today=TODAY) is None


@pytest.mark.parametrize(
    "before", [[], history(2), [day(ago, 5) for ago in (3, 2, 1)]], ids=["none", "two days", "15 pages"]
)
def test_a_source_that_is_hardly_known_has_not_changed(before: list[Day]) -> None:
    assert layout_change([*before, day(0, length=310)], today=TODAY) is None


def test_a_source_whose_days_always_differ_has_not_changed() -> None:
    weeks = [3000, 1100, 2800, 1000, 3100, 900, 2700, 1200, 3000, 1000]
    days = [day(len(weeks) - place, length=length) for place, length in enumerate(weeks)]

    assert layout_change([*days, day(0, length=950)], today=TODAY) is None
    assert layout_change([*days, day(0, length=80)], today=TODAY) is not None


def varied(random: Random, ago: int) -> Day:
    """A day of a small paper: five to ten pages, from short notices to long reads."""
    pages = random.randint(5, 10)
    articles = sum(random.random() > 0.15 for _ in range(pages))
    return day(
        ago,
        pages,
        articles=articles,
        characters=sum(int(random.lognormvariate(7.8, 0.75)) for _ in range(articles)),
        lines_cut=sum(random.randint(0, 5) for _ in range(pages)),
        residue=sum(random.randint(0, 2) for _ in range(articles)),
        undated=sum(random.random() < 0.1 for _ in range(articles)),
        unsigned=sum(random.random() < 0.4 for _ in range(articles)),
    )


def test_small_papers_that_print_long_and_short_are_hardly_ever_told_to_have_changed() -> None:
    random = Random(7)  # noqa: S311
    papers: list[Sequence[Day]] = [[varied(random, ago) for ago in range(15)] for _ in range(400)]

    alarms = sum(layout_change(days, today=TODAY) is not None for days in papers)

    assert alarms <= 4
