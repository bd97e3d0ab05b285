"""What the pages of each source gave is added up by day, with the lines that many of them share."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from pipeline.figures import Day, PageFigures, figures_of
from pipeline.items import Fate, Rejected, Removed
from storage import Corpus
from storage.readings import Readings
from storage.sources import Sources
from storage.tables import LINE, READING_DAY
from tests.storage.builders import NOON, Clock, article, entry, frontier, poll

pytestmark = pytest.mark.both_databases

TODAY = NOON.date()


def page(number: int, *lines: str, source: str = "gazette") -> PageFigures:
    text = "\n\n".join([f"What happened at place {number}.", *lines])
    removed = (Removed(line=0, rule="ad-slot", text="970x125"),)
    return figures_of(article(f"a{number}", text=text, removed=removed), source=source)


def rejected(fate: Fate = Fate.TOO_SHORT) -> PageFigures:
    return figures_of(Rejected(url="https://gazette.example.org/r", fate=fate, reason=""), source="gazette")


def days(corpus: Corpus, source: str = "gazette") -> tuple[Day, ...]:
    return Sources(corpus).states()[source].days


@pytest.fixture
def asked(corpus: Corpus) -> Corpus:
    """A corpus that knows its source, as after a run."""
    frontier(corpus).record(poll(entry("a")))
    return corpus


def test_the_pages_of_a_day_are_added_up_over_batches_and_runs(asked: Corpus) -> None:
    clock = Clock()
    first, second = Readings(asked, now=clock), Readings(asked, now=clock)

    first.note([page(1), page(2), rejected()])
    first.note([rejected(), rejected(Fate.NOT_ARTICLE)])
    clock.forward(hours=8)
    second.note([page(3)])

    length = len("What happened at place 1.")
    assert days(asked) == (
        Day(
            day=TODAY,
            pages=6,
            articles=3,
            rejected={"too_short": 2, "not_article": 1},
            characters=3 * length,
            lines_cut=3,
            unsigned=3,
        ),
    )


def test_a_day_is_one_of_utc_and_of_one_source(asked: Corpus) -> None:
    clock = Clock(NOON.replace(hour=23, minute=59))
    readings = Readings(asked, now=clock)

    readings.note([page(1), page(2, source="diario")])
    clock.forward(minutes=2)
    readings.note([page(3), page(4)])

    assert [(day.day, day.pages) for day in days(asked)] == [(TODAY, 1), (TODAY + timedelta(days=1), 2)]


def test_a_line_is_residue_when_it_stood_in_three_other_articles_of_earlier_batches_or_days(
    asked: Corpus,
) -> None:
    clock = Clock()
    for number in range(5):
        Readings(asked, now=clock).note([page(number, "Sign in", "Most read"), page(number, source="diario")])
        clock.forward(hours=10)

    assert [day.residue for day in days(asked)] == [0, 2, 2]


def test_pages_of_one_batch_share_their_lines_as_those_of_several_do(asked: Corpus) -> None:
    Readings(asked, now=Clock()).note([page(number, "Sign in") for number in range(5)])

    assert days(asked)[0].residue == 2


def test_what_is_rolled_back_with_its_batch_was_never_counted(asked: Corpus) -> None:
    readings = Readings(asked, now=Clock())
    readings.note([page(1, "Sign in")])

    def failing_batch() -> None:
        with asked.write():
            readings.note([page(number, "Sign in") for number in (2, 3)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_batch()
    readings.note([page(number, "Sign in") for number in (2, 3)])

    (day,) = days(asked)
    assert (day.pages, day.residue) == (3, 0)


def test_lines_are_forgotten_after_a_week_and_days_after_a_month(asked: Corpus) -> None:
    clock = Clock()
    for number, ago in enumerate((40, 20, 8, 3, 1, 0)):
        clock.at = NOON - timedelta(days=ago)
        Readings(asked, now=clock).note([page(number, f"Line of day {ago}")])

    with asked.read() as connection:
        lines = connection.execute(
            select(LINE.c.day, func.count()).group_by(LINE.c.day).order_by(LINE.c.day)
        ).all()
    assert [day.day for day in days(asked)] == [TODAY - timedelta(days=ago) for ago in (20, 8, 3, 1, 0)]
    assert [tuple(row) for row in lines] == [(TODAY - timedelta(days=ago), 2) for ago in (3, 1, 0)]


def test_a_line_that_is_met_again_and_again_is_not_forgotten(asked: Corpus) -> None:
    clock = Clock()
    for number in range(5):
        Readings(asked, now=clock).note([page(number, "Sign in")])
        clock.forward(days=6)

    assert [day.residue for day in days(asked)] == [0, 0, 0, 1, 1]


def test_a_batch_takes_few_statements_however_many_its_lines(asked: Corpus) -> None:
    pages = [page(number, *(f"Line {line} of {number}" for line in range(100))) for number in range(20)]
    counted: list[str] = []
    readings = Readings(asked, now=Clock())
    readings.note(pages[:1])
    event.listen(asked._engine, "before_cursor_execute", lambda *said: counted.append(said[2]))

    readings.note(pages)

    assert len(counted) <= 7


def test_nothing_is_written_for_no_pages(corpus: Corpus) -> None:
    Readings(corpus, now=Clock()).note([])

    with corpus.read() as connection:
        assert connection.execute(select(func.count()).select_from(READING_DAY)).scalar() == 0


def test_a_source_without_readings_has_no_days(asked: Corpus) -> None:
    assert days(asked) == ()


def test_pages_that_are_tried_again_count_on_the_day_of_the_last_try_until_they_come(corpus: Corpus) -> None:
    clock = Clock()
    Readings(corpus, now=clock).note([page(1)])
    first = frontier(corpus, clock)
    first.record(poll(entry("a"), entry("b"), entry("c"), entry("d")))
    for path in "ab":
        first.settle(entry(path), Fate.BLOCKED)
    first.settle(entry("c"), Fate.ROBOTS)
    assert [day.refused for day in days(corpus)] == [{"blocked": 2, "robots": 1}]

    clock.forward(days=1)
    second = frontier(corpus, clock)
    second.pending(["gazette"])
    second.settle(entry("a"), Fate.BLOCKED)
    second.settle(entry("b"), Fate.OFF_TOPIC)

    today, tomorrow = days(corpus)
    assert (today.pages, today.refused) == (1, {"robots": 1})
    assert (tomorrow.pages, tomorrow.refused) == (0, {"blocked": 1})
