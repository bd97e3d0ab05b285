"""A source whose spider is written in Python is a source as any other."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from spiders.written import written_modules
from tearsheet.demo import Site
from tests.tearsheet.commands import Desk, complaint
from tests.tearsheet.harbor import Harbor, page

ROOT = Path(__file__).parents[2]
PACKAGES = ("tearsheet", "spiders", "pipeline", "storage")
SPIDER = '''
from pipeline.items import Entry, Source
from spiders.article_spider import ArticleSpider
from spiders.channel_answers import ChannelContent


class GazetteSpider(ArticleSpider):
    """Its list is JSON, and its pages call the harbor by another name."""

    source = Source(name="gazette", sitemaps=("{site}/latest.json",))

    def content(self, channel, response, *, at):
        links = [story["link"] for story in response.json()["stories"]]
        return ChannelContent(
            entries=tuple(Entry(url=link, source=channel.source, channel=channel.kind) for link in links)
        )

    def page_answered(self, response, entry):
        body = response.body.replace(b"seaside", b"harbor")
        yield from super().page_answered(response.replace(body=body), entry)
'''


@pytest.fixture
def gazette() -> Iterator[Site]:
    with Site() as site:
        site.page("/story", page(70).replace("harbor", "seaside"))
        stories = f'{{"stories": [{{"link": "{site.url("/story")}"}}]}}'
        site.page("/latest.json", stories, content_type="application/json")
        yield site


@pytest.fixture
def program(desk: Desk, harbor: Harbor, gazette: Site) -> Desk:
    """A folder with the program itself and a spider in it, which is what ``python -m tearsheet`` then runs."""
    harbor.print(1)
    desk.configure(harbor.config("workers = 1"))
    for package in PACKAGES:
        shutil.copytree(ROOT / package, desk.folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    put(desk, SPIDER.replace("{site}", gazette.url("")))
    return desk


def put(program: Desk, spider: str) -> None:
    (program.folder / "spiders" / "gazette.py").write_text(spider, encoding="utf-8")


def test_a_run_over_all_sources_asks_it_too_and_it_reads_its_own_answers_alone(program: Desk) -> None:
    done = program.run("collect", "--due", "--json", PYTHONPATH="")

    assert sorted(done.json["sources"]) == ["gazette", "harbor"]
    assert dict(program.rows("SELECT source, title FROM article JOIN article_text ON article_id = id")) == {
        "gazette": "Story number 70 of the harbor",
        "harbor": "Story number 0 of the harbor",
    }
    listed = program.run("sources", "list", "--json", PYTHONPATH="").json
    assert {row["name"]: row["health"] for row in listed} == {"gazette": "ok", "harbor": "ok"}


WAITS = """
    def content(self, channel, response, *, at):
        from twisted.internet import reactor

        # Comes back only from a loop that goes on.
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), reactor._asyncioEventloop).result(timeout=20)
"""


def test_the_loop_goes_on_while_a_list_is_read(program: Desk, gazette: Site) -> None:
    waiting = SPIDER.replace("\n    def content(self, channel, response, *, at):\n", WAITS)
    put(program, "import asyncio\n" + waiting.replace("{site}", gazette.url("")))

    done = program.run("collect", "gazette", "--json", PYTHONPATH="")

    assert (done.code, done.json["failed"]) == (0, {})
    assert program.rows("SELECT source FROM article") == [("gazette",)]


def test_it_is_asked_and_checked_by_its_name_and_changed_by_its_table(program: Desk, harbor: Harbor) -> None:
    checked = program.run("sources", "check", "gazette", "--json", PYTHONPATH="")
    named = program.run("collect", "gazette", "--json", PYTHONPATH="")
    program.configure(harbor.config("workers = 1\n[sources.gazette]\nenabled = false\n"))
    others = program.run("collect", "--json", PYTHONPATH="")

    assert [each["title"] for each in checked.json["pages"]] == ["Story number 70 of the harbor"]
    assert (named.json["sources"], named.json["fates"]) == (["gazette"], {"off_topic": 1})
    assert others.json["sources"] == ["harbor"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("import Entry, Source", "import Entry, Sauce"), "cannot import name 'Sauce'"),
        (("class GazetteSpider", "klass GazetteSpider"), "invalid syntax"),
        (('name="gazette", ', ""), "required keyword-only argument: 'name'"),
    ],
)
def test_one_that_cannot_be_imported_is_one_line_and_exit_2(
    program: Desk, wrong: tuple[str, str], says: str
) -> None:
    put(program, SPIDER.replace(*wrong))

    done = program.run("sources", "list", PYTHONPATH="")

    assert done.code == 2
    assert "cannot be imported: " in done.err
    assert says in complaint(done)


def test_what_comes_with_the_program_holds_no_spider_of_one_source() -> None:
    assert written_modules() == ()
