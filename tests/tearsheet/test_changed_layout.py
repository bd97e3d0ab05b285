"""A publisher changes its layout: the run that first meets it says so, and so do sources and doctor."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.figures import figures_of
from pipeline.items import ChannelKind, Entry, Page, Source
from pipeline.steps import read
from storage import Corpus
from storage.readings import Readings
from tests.storage.builders import Clock
from tests.tearsheet.commands import Desk, Done
from tests.tearsheet.harbor import Harbor, page

PAGES = 8
DAYS = 5
MENU = "".join(f"<p>More news of harbor number {place}, every day</p>" for place in range(8))


def as_before(number: int) -> str:
    return page(number)


def teaser(number: int) -> str:
    return page(number, paragraphs=2)


def empty_shell(number: int) -> str:
    return f"<html><head><title>Story {number}</title></head><body><div id='app'></div></body></html>"


def with_menu(number: int) -> str:
    return page(number).replace("</h1>", f"</h1>{MENU}")


@dataclass(frozen=True)
class Watched:
    """A desk that has read the harbor's pages for some days, and what it says after today's run."""

    desk: Desk
    harbor: Harbor

    def days_before(self) -> None:
        """Note earlier days as their runs would have."""
        today = datetime.now(UTC)
        with Corpus.open(f"sqlite:///{self.desk.folder}/tearsheet.db", write=True) as corpus:
            for ago in range(DAYS, 0, -1):
                at = today - timedelta(days=ago)
                numbers = range(100 * ago, 100 * ago + PAGES)
                Readings(corpus, now=Clock(at)).note(
                    [
                        figures_of(
                            read(self._page(number, at), source=Source(name="harbor"), watches=()),
                            source="harbor",
                        )
                        for number in numbers
                    ]
                )

    def _page(self, number: int, at: datetime) -> Page:
        url = self.harbor.url(f"/a{number}")
        entry = Entry(url=url, source="harbor", channel=ChannelKind.FEED)
        body = as_before(number).encode()
        return Page(entry=entry, url=url, body=body, content_type="text/html", fetched_at=at)

    def collect(self, layout: Callable[[int], str], *, first: int = 0) -> Done:
        """Collect a day's articles in this layout."""
        numbers = range(first, first + PAGES)
        for number in numbers:
            self.harbor.page(f"/a{number}", layout(number))
        self.harbor.announce(numbers)
        return self.desk.run("collect")

    @property
    def health(self) -> tuple[str, str]:
        (row,) = self.desk.ask("sources", "--json").json
        return row["health"], row["finding"]


@pytest.fixture
def watched(desk: Desk, harbor: Harbor) -> Watched:
    desk.configure(harbor.config("workers = 1"))
    seen = Watched(desk, harbor)
    seen.days_before()
    return seen


def test_pages_as_before_are_no_change(watched: Watched) -> None:
    done = watched.collect(as_before)

    assert "Changed" not in done.out
    assert watched.health == ("ok", "")


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (teaser, "texts are 184 characters long, usually 595"),
        (empty_shell, r"100% of its pages are without an article \(not_article\), usually 0%"),
        # Articles are told apart by 62 bits of their addresses, whose port is another each time.
        (with_menu, r"[345]\.\d lines of a text stand in other texts too, usually 0\.0"),
    ],
)
def test_a_change_is_told_the_same_day_by_the_run_the_sources_and_the_doctor(
    watched: Watched, layout: Callable[[int], str], said: str
) -> None:
    done = watched.collect(layout)

    word, finding = watched.health
    assert word == "changed"
    assert re.match(said, finding)
    assert f"Changed: harbor: {finding}" in done.out
    assert finding.endswith("; compare `tearsheet show ID` with the page in a browser")
    doctor = watched.desk.ask("doctor", "--json")
    assert doctor.code == 4
    (about,) = [each for each in doctor.json if each["what"].startswith("harbor is changed: ")]
    assert (about["what"], about["advice"]) == (
        f"harbor is changed: {finding.partition('; compare')[0]}",
        "compare `tearsheet show ID` with the page in a browser",
    )
    assert watched.desk.ask("runs", "1", "--json").json["changed"] == {"harbor": finding}


def test_the_days_are_shown_for_people_and_scripts(watched: Watched) -> None:
    watched.collect(teaser)

    days = watched.desk.ask("sources", "show", "harbor", "--json").json["days"]
    shown = watched.desk.ask("sources", "show", "harbor").out.partition("\nday ")[2].splitlines()

    today = datetime.now(UTC).date()
    assert [day["day"] for day in days] == [str(today - timedelta(days=ago)) for ago in range(DAYS, -1, -1)]
    assert days[-1] == {
        "day": str(today),
        "pages": PAGES,
        "articles": PAGES,
        "rejected": {},
        "characters": days[-1]["characters"],
        "lines_cut": 0,
        "residue": 0,
        "undated": PAGES,
        "unsigned": PAGES,
        "paywalled": 0,
        "refused": {},
    }
    assert shown[1].split()[:5] == [str(today), "8", "8", "184", "0.0"]
    assert len(shown) == 1 + DAYS + 1


def test_off_topic_pages_that_are_not_kept_count_and_imports_do_not(watched: Watched) -> None:
    config = watched.desk.folder / "tearsheet.toml"
    config.write_text(config.read_text().replace('keep = "all"\n', ""))
    (watched.desk.folder / "old.jsonl").write_text(
        '{"url": "https://archive.example/fire", "title": "Fire", "text": "%s"}\n'
        % ("The jail burned. " * 10)
    )

    watched.collect(as_before)
    watched.desk.run("import", "old.jsonl", "--source", "harbor")

    (row,) = watched.desk.rows("SELECT pages, articles FROM reading_day ORDER BY day DESC LIMIT 1")
    assert row == (PAGES, PAGES)
    assert watched.desk.rows("SELECT count(*) FROM article") == [(1,)]
