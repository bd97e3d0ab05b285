"""The sample newsroom, collected twice: once for all tests that only look at what came of it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tearsheet.demo import DemoArticle, Newsroom, Request
from tests.tearsheet.boats import BOATS, COUNT, configure, paper
from tests.tearsheet.commands import Desk, Done
from tests.tearsheet.harbor import Harbor


def plain(url: str) -> str:
    """The address without the tracking parameters that one of the feeds adds."""
    return url.partition("?")[0]


@dataclass(frozen=True)
class Collected:
    """The newsroom, its corpus, and what the commands said while it came to be."""

    desk: Desk
    newsroom: Newsroom
    editions: tuple[tuple[DemoArticle, ...], tuple[DemoArticle, ...]]
    asked: tuple[dict[str, tuple[Request, ...]], dict[str, tuple[Request, ...]]]
    """By source: what the sites were asked for the first edition, and for the second."""
    first: Done
    due_again: Done
    second: Done
    records: tuple[dict[str, Any], ...]
    """All of the corpus, as ``export`` writes it."""

    def record(self, article: DemoArticle) -> dict[str, Any] | None:
        return next((record for record in self.records if plain(record["url"]) == article.url), None)

    def article(self, key: str) -> DemoArticle:
        return next(article for article in self.editions[1] if article.key == key)

    def copied_to(self, folder: Path) -> Desk:
        """The corpus for a test that changes it."""
        shutil.copytree(self.desk.folder, folder)
        return Desk(folder)


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    desk = Desk(tmp_path_factory.mktemp("newsroom"))
    with Newsroom(datetime.now(UTC)) as newsroom:
        desk.configure(newsroom.config_toml())
        first = desk.run("collect", "--due", "--json")
        due_again = desk.run("collect", "--due")
        first_edition = newsroom.articles
        before = {name: len(site.requests) for name, site in newsroom.sites.items()}
        newsroom.publish_second_edition()
        second = desk.run("collect", "--strict", "--json")
        sites = newsroom.sites.items()
        yield Collected(
            desk=desk,
            newsroom=newsroom,
            editions=(first_edition, newsroom.articles),
            asked=(
                {name: site.requests[: before[name]] for name, site in sites},
                {name: site.requests[before[name] :] for name, site in sites},
            ),
            first=first,
            due_again=due_again,
            second=second,
            records=tuple(desk.ask("export", "--include-copies", "--include-off-topic").json_lines),
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def harbor() -> Iterator[Harbor]:
    with Harbor() as site:
        yield site


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Harbor]]:
    """A corpus in which the watch wants three pages of four; the last is kept as a page only."""
    desk = Desk(tmp_path_factory.mktemp("printed"))
    with Harbor() as harbor:
        harbor.print(COUNT)
        for number, text in enumerate(
            ("Six boats came in.", "Two boats left.", "A boats race.", "Only nets.")
        ):
            harbor.page(f"/a{number}", paper(f"Story {number}", text))
        configure(desk, harbor, BOATS)
        assert desk.run("collect", "--json").json["fates"] == {"new": 3, "off_topic": 1}
        yield desk, harbor


@pytest.fixture
def paper_desk(printed: tuple[Desk, Harbor], tmp_path: Path) -> Desk:
    """That corpus, to be changed."""
    return Desk(shutil.copytree(printed[0].folder, tmp_path / "desk"))


@pytest.fixture
def press(printed: tuple[Desk, Harbor]) -> Harbor:
    """The paper that printed it."""
    return printed[1]
