"""`tearsheet sources check`: a live look at one source that stores nothing."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.recorded import reading_as_dict, recorded_page
from tearsheet.demo import Newsroom
from tearsheet.recordings import file_name
from tests.tearsheet.commands import Desk, Done, complaint, ended, eventually
from tests.tearsheet.harbor import Harbor, feed, page

PAPER = "voz-de-altozano"
BROKEN = "the-silent-post"


@dataclass(frozen=True)
class Looked:
    """The newsroom, and what the command said of some of its papers."""

    newsroom: Newsroom
    folder: Path
    table: Done
    recorded: Done
    broken: Done
    gone: Done

    @property
    def files(self) -> set[str]:
        return {file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    desk = Desk(tmp_path_factory.mktemp("looked"))
    with Newsroom(datetime.now(UTC)) as newsroom:
        desk.configure(newsroom.config_toml())
        yield Looked(
            newsroom=newsroom,
            folder=desk.folder,
            table=desk.ask("sources", "check", PAPER),
            recorded=desk.ask("sources", "check", PAPER, "--record", "--json"),
            broken=desk.ask("sources", "check", BROKEN),
            gone=desk.ask("sources", "check", "valle-quemado-noticias", "--json"),
        )


def test_every_channel_says_what_it_answered_and_how_new_its_newest_is(looked: Looked) -> None:
    robots, sitemap = looked.recorded.json["channels"]
    own = [article for article in looked.newsroom.articles if article.publisher == PAPER]

    assert (robots["answer"], robots["status"], robots["entries"]) == ("robots.txt", 200, 0)
    assert (sitemap["answer"], sitemap["kind"], sitemap["entries"]) == ("sitemap", "sitemap", len(own))
    assert sitemap["newest_at"] == f"{own[0].published_at:%Y-%m-%dT%H:%M:%SZ}"
    assert [channel["finding"] for channel in (robots, sitemap)] == ["", ""]
    assert looked.recorded.code == 0


def test_the_three_newest_pages_are_read_and_judged(looked: Looked) -> None:
    own = [article for article in looked.newsroom.articles if article.publisher == PAPER]

    pages = looked.recorded.json["pages"]

    assert [each["title"] for each in pages] == [article.title for article in own[:3]]
    assert [each["published_at"] for each in pages] == [
        f"{article.published_at:%Y-%m-%dT%H:%M:%SZ}" for article in own[:3]
    ]
    for each, article in zip(pages, own, strict=False):
        assert (each["fate"], each["published_from"], each["channel"]) == ("article", "meta", "sitemap")
        assert each["words"] > sum(len(text.split()) for text in article.paragraphs) * 0.9
        (watch,) = each["watches"]
        assert watch["relevant"] is article.is_relevant


def test_a_page_that_is_not_there_says_so(looked: Looked) -> None:
    fates = {each["fate"]: each for each in looked.gone.json["pages"]}

    assert set(fates) == {"article", "gone"}
    assert fates["gone"]["reason"] == "the server answered 404"
    assert fates["gone"]["title"]
    assert looked.gone.code == 0


def test_in_a_pipe_the_answer_is_plain_text_on_stdout_alone(looked: Looked) -> None:
    title = next(article.title for article in looked.newsroom.articles if article.publisher == PAPER)

    assert (looked.table.code, looked.table.err) == (0, "")
    assert title in looked.table.out
    assert "cartel-extraditions 0." in looked.table.out
    assert "\x1b" not in looked.table.out


def test_a_source_that_does_not_answer_ends_with_3_and_says_what_to_do(looked: Looked) -> None:
    assert looked.broken.code == 3
    assert "the server answered 503; it is asked again by itself" in looked.broken.out


def test_nothing_is_stored(looked: Looked) -> None:
    assert {name for name in looked.files if not name.startswith("pages/")} == {"tearsheet.toml"}


def test_a_recorded_pair_is_read_again_as_it_was_read(looked: Looked) -> None:
    names = [each["recorded"] for each in looked.recorded.json["pages"]]

    assert sorted(name for name in looked.files if name.endswith(".html")) == sorted(names)
    for name in names:
        file = looked.folder / name
        document: dict[str, Any] = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        recorded = recorded_page(document["given"], file.read_bytes())
        assert (recorded.timezone, recorded.language) == ("America/Bogota", "es")
        assert recorded.page.entry.title == document["expect"]["title"]
        assert reading_as_dict(recorded.reading()) == document["expect"]
    assert looked.recorded.err == f"3 pages recorded in pages/{PAPER}; hold each .json against its .html.\n"


def test_it_asks_as_politely_as_a_run(looked: Looked) -> None:
    requests = looked.newsroom.sites[BROKEN].requests

    assert [request.path for request in requests] == ["/robots.txt", "/feed.xml"]
    assert requests[1].headers["user-agent"].startswith("Tearsheet/")


def test_a_name_that_is_not_known_is_one_line_and_exit_2(looked: Looked) -> None:
    desk = Desk(looked.folder)

    misspelt, lonely = desk.run_all(
        [("sources", "check", "el-remanzo"), ("sources", "check", PAPER, "--to", "elsewhere")]
    )

    assert (misspelt.code, lonely.code) == (2, 2)
    assert complaint(misspelt) == "no source named 'el-remanzo'; did you mean 'el-remanso'?"
    assert "--to says where --record writes" in complaint(lonely)


# What the newsroom does not do


def test_a_feed_that_moved_or_is_none_is_told_apart(desk: Desk, harbor: Harbor) -> None:
    harbor.print(1)
    harbor.redirect("/old", harbor.url("/feed"), status=301)
    harbor.page("/front", page(9))
    harbor.page("/empty", feed([]), content_type="application/rss+xml")
    feeds = json.dumps([harbor.url(path) for path in ("/old", "/front", "/empty", "/none")])
    desk.configure(harbor.config(f"[sources.other]\nfeeds = {feeds}\n"))

    done = desk.ask("sources", "check", "other", "--json")

    moved, front, empty, none = done.json["channels"]
    assert (moved["moved_to"], moved["entries"]) == (harbor.url("/feed"), 1)
    assert moved["finding"] == f"{harbor.url('/feed')} answers in its place; write that into tearsheet.toml"
    assert (front["answer"], front["failure"]) == ("html", "parse_error")
    assert front["finding"].startswith("the address answers an HTML page, not a feed; ")
    assert empty["finding"] == "the channel lists nothing; see whether it is the right address"
    assert (none["failure"], none["status"], none["answer"]) == ("gone", 404, "")
    assert [each["url"] for each in done.json["pages"]] == [harbor.url("/a0")]


def test_a_pair_that_is_there_is_left_alone(desk: Desk, harbor: Harbor) -> None:
    harbor.print(2)
    desk.configure(harbor.config())
    reviewed = desk.folder / "kept" / "a0.json"
    reviewed.parent.mkdir()
    reviewed.write_text("{}", encoding="utf-8")

    done = desk.ask("sources", "check", "harbor", "--record", "--to", "kept", "--json")

    assert {each["recorded"] for each in done.json["pages"]} == {None, "kept/a1.html"}
    assert {file.name for file in reviewed.parent.iterdir()} == {"a0.json", "a1.html", "a1.json"}
    assert reviewed.read_text(encoding="utf-8") == "{}"


def test_a_folder_that_cannot_be_written_is_one_line_and_exit_2(desk: Desk, harbor: Harbor) -> None:
    harbor.print(1)
    desk.configure(harbor.config())
    (desk.folder / "file").touch()

    done = desk.ask("sources", "check", "harbor", "--record", "--to", "file/pages")

    assert done.code == 2
    assert complaint(done) == "file/pages cannot be written: Not a directory"


def test_ctrl_c_ends_a_check_with_130_and_no_answer(desk: Desk, harbor: Harbor) -> None:
    harbor.print(1)
    harbor.drip("/feed", feed([harbor.url("/a0")]), pieces=8, pause_seconds=0.1, content_type="text/xml")
    desk.configure(harbor.config())
    process = desk.start("sources", "check", "harbor")
    eventually(lambda: harbor.asked("/feed"))

    os.killpg(process.pid, signal.SIGINT)

    done = ended(process)
    assert (done.code, done.out, done.err.strip()) == (130, "", "")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://gazette.example/", "page"),
        ("https://gazette.example/../../etc/passwd", "etc-passwd"),
        ("https://gazette.example/nota.php?id=9912", "nota-id-9912"),
        ("https://gazette.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8", "page"),
    ],
)
def test_the_name_of_a_file_is_made_of_plain_words(url: str, name: str) -> None:
    assert file_name(url) == name
