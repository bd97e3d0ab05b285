"""`tearsheet sources add`: a real site is looked around, the best channel is written into tearsheet.toml."""

import os
import signal
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, SourceError
from pipeline.items import Source
from tearsheet.discover import address_given
from tearsheet.discover_spider import MOST_REQUESTS
from tearsheet.source_names import name_from_address, name_from_title
from tearsheet.source_tables import add_to_file, table_of
from tests.tearsheet.commands import Desk, Done, complaint, ended, eventually
from tests.tearsheet.harbor import Harbor

COLLECT = "[collect]\nuse_builtin_sources = false\nallow_private_hosts = true\ndelay_seconds = 0\n"
RSS = "application/rss+xml"


def rss(harbor: Harbor, *, language: str = "en", count: int = 3, days_old: float = 0.5) -> str:
    at = format_datetime(datetime.now(UTC) - timedelta(days=days_old))
    items = "".join(
        f"<item><title>Story {number}</title><link>{harbor.url(f'/a{number}')}</link><pubDate>{at}</pubDate></item>"
        for number in range(count)
    )
    return (
        f'<rss version="2.0"><channel><title>x</title><language>{language}</language>{items}</channel></rss>'
    )


def news_sitemap(harbor: Harbor) -> str:
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        f"<loc>{harbor.url('/a1')}</loc><news:news><news:title>Story 1</news:title><news:publication_date>"
        f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}</news:publication_date></news:news></url></urlset>"
    )


def front(head: str = "", body: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>Harbor</title>{head}</head><body>{body}</body></html>'
    )


def declared(*paths: str) -> str:
    return "".join(f'<link rel="alternate" type="{RSS}" href="{path}">' for path in paths)


LINKS = "<main>" + "".join(
    f'<h2><a href="/2025/08/12/boats-mended-in-harbor-{n}">Boats mended in the harbor, number {n}</a></h2>'
    for n in range(20, 26)
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.configure(COLLECT)
    return desk


@pytest.fixture
def harbor() -> Iterator[Harbor]:
    with Harbor() as site:
        site.page("/", front())
        yield site


def add(desk: Desk, url: str, *more: str) -> Done:
    return desk.ask("sources", "add", url, "--name", "harbor", *more)


def table(desk: Desk) -> dict[str, object] | None:
    text = (desk.folder / "tearsheet.toml").read_text(encoding="utf-8")
    return tomllib.loads(text).get("sources", {}).get("harbor")


def asked(harbor: Harbor) -> list[str]:
    return [request.path for request in harbor.requests]


def test_the_feed_that_the_home_page_declares_is_written_and_can_be_collected(
    desk: Desk, harbor: Harbor
) -> None:
    harbor.print(3)
    harbor.page("/", front(declared("/comments/feed", "/feed")))

    done = add(desk, harbor.url("/"))
    collected = desk.run("collect", "harbor")

    assert (done.code, done.err) == (0, "")
    assert table(desk) == {"feeds": [harbor.url("/feed")], "language": "en"}
    assert asked(harbor)[:3] == ["/robots.txt", "/", "/feed"]
    for told in (harbor.url("/feed"), "a feed names headline and time", "Added to tearsheet.toml"):
        assert told in done.out
    assert "Next: tearsheet sources check harbor, then tearsheet collect harbor" in done.out
    assert "1 of 1 source answered" in collected.out


def test_the_file_keeps_every_line_that_was_in_it(desk: Desk, harbor: Harbor) -> None:
    before = (
        "# mine\n\n"
        + COLLECT
        + '\n[sources.other]   # kept\nfeeds = [ "https://a.example/rss" ]\n\n\n# the end'
    )
    desk.configure(before)
    (desk.folder / "tearsheet.toml").chmod(0o600)
    harbor.page("/feed", rss(harbor))

    add(desk, harbor.url("/feed"))

    text = (desk.folder / "tearsheet.toml").read_text(encoding="utf-8")
    assert text == f'{before}\n\n[sources.harbor]\nfeeds = ["{harbor.url("/feed")}"]\nlanguage = "en"\n'
    assert (desk.folder / "tearsheet.toml").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in desk.folder.iterdir()] == ["tearsheet.toml"]


def test_a_dry_run_shows_the_table_and_writes_nothing(desk: Desk, harbor: Harbor) -> None:
    harbor.page("/feed", rss(harbor))

    done = add(desk, harbor.url("/feed"), "--dry-run")

    assert (done.code, table(desk)) == (0, None)
    assert f'[sources.harbor]\nfeeds = ["{harbor.url("/feed")}"]\nlanguage = "en"' in done.out


def test_a_news_sitemap_that_robots_txt_lists_is_taken_beside_the_feed(desk: Desk, harbor: Harbor) -> None:
    harbor.page("/robots.txt", f"Sitemap: {harbor.url('/news.xml')}\n", content_type="text/plain")
    harbor.page("/news.xml", news_sitemap(harbor), content_type="application/xml")
    harbor.page("/feed", rss(harbor))
    harbor.page("/", front(declared("/feed")))

    done = add(desk, harbor.url("/"), "--json")

    assert table(desk) == {
        "feeds": [harbor.url("/feed")],
        "sitemaps": [harbor.url("/news.xml")],
        "language": "en",
    }
    kinds = {each["url"]: (each["kind"], each["is_news"], each["found"]) for each in done.json["channels"]}
    assert kinds[harbor.url("/news.xml")] == ("sitemap", True, "robots.txt")
    assert (done.json["name"], done.json["written"]) == ("harbor", "tearsheet.toml")


def test_the_usual_places_are_asked_one_after_the_other_until_one_is_a_feed(
    desk: Desk, harbor: Harbor
) -> None:
    harbor.page("/rss.xml", rss(harbor), content_type=RSS)
    harbor.page("/rss", front(body="all our feeds"))

    done = add(desk, harbor.url("/"))

    assert done.code == 0
    assert table(desk) == {"feeds": [harbor.url("/rss.xml")], "language": "en"}
    assert asked(harbor) == ["/robots.txt", "/", "/feed/", "/rss", "/rss.xml"]


def test_a_page_that_lists_feeds_leads_to_them(desk: Desk, harbor: Harbor) -> None:
    harbor.page("/rss", front(body='<a href="/rss/front.xml">Front</a>'))
    harbor.page("/rss/front.xml", rss(harbor))

    add(desk, harbor.url("/"))

    assert table(desk) == {"feeds": [harbor.url("/rss/front.xml")], "language": "en"}


def test_without_a_feed_the_page_is_a_section_if_its_links_look_like_articles(
    desk: Desk, harbor: Harbor
) -> None:
    harbor.page("/news/", front(body=LINKS))

    done = add(desk, harbor.url("/news/"))

    assert table(desk) == {"sections": [harbor.url("/news/")], "language": "en"}
    assert "its links look like articles" in done.out
    assert len(harbor.requests) <= MOST_REQUESTS


@pytest.mark.parametrize(("language", "count"), [("de", 3), ("en", 0)])
def test_a_feed_in_another_language_or_without_entries_is_not_chosen(
    desk: Desk, harbor: Harbor, language: str, count: int
) -> None:
    harbor.page("/odd", rss(harbor, language=language, count=count))
    harbor.page("/", front(declared("/odd"), LINKS))

    done = add(desk, harbor.url("/"), "--json")

    assert table(desk) == {"sections": [harbor.url("/")], "language": "en"}
    verdicts = {each["url"]: each["verdict"] for each in done.json["channels"]}
    assert verdicts[harbor.url("/odd")] in {"in another language (de)", "lists nothing"}


def test_an_address_that_moved_is_written_as_it_is_now(desk: Desk, harbor: Harbor) -> None:
    harbor.page("/new/feed", rss(harbor))
    harbor.redirect("/old", harbor.url("/new/feed"), status=301)

    add(desk, harbor.url("/old"))

    assert table(desk) == {"feeds": [harbor.url("/new/feed")], "language": "en"}


def test_an_address_without_its_scheme_is_understood(desk: Desk, harbor: Harbor) -> None:
    harbor.page("/feed", rss(harbor))

    add(desk, harbor.url("/feed").removeprefix("http://"))

    assert table(desk) == {"feeds": [harbor.url("/feed")], "language": "en"}


def test_robots_txt_is_obeyed_and_a_shut_front_door_does_not_hide_the_feed(
    desk: Desk, harbor: Harbor
) -> None:
    harbor.page("/robots.txt", "User-agent: *\nDisallow: /$\nDisallow: /feed/\n", content_type="text/plain")
    harbor.page("/feed/", rss(harbor))
    harbor.page("/rss", rss(harbor))

    add(desk, harbor.url("/"))

    assert asked(harbor) == ["/robots.txt", "/rss"]
    assert table(desk) == {"feeds": [harbor.url("/rss")], "language": "en"}


def test_a_private_address_is_not_asked_unless_the_configuration_allows_it(
    desk: Desk, harbor: Harbor
) -> None:
    desk.configure("[collect]\nuse_builtin_sources = false\n")

    done = add(desk, harbor.url("/"))

    assert (done.code, harbor.requests) == (3, ())
    assert "127.0.0.1" in complaint(done)


def test_what_is_there_already_is_told_and_nothing_is_doubled(desk: Desk, harbor: Harbor) -> None:
    harbor.page("/feed", rss(harbor))
    harbor.page("/", front(declared("/feed")))
    add(desk, harbor.url("/"))
    text = (desk.folder / "tearsheet.toml").read_text(encoding="utf-8")
    requests = len(harbor.requests)

    same_name = add(desk, harbor.url("/"))
    same_channel = desk.ask("sources", "add", f"{harbor.url('/feed/')}?utm_source=x", "--name", "other")
    at_this_point = len(harbor.requests)
    found_again = desk.ask("sources", "add", harbor.url("/"), "--name", "other")

    assert "there is a source named 'harbor' already" in complaint(same_name)
    assert same_name.code == 2
    assert "is a channel of harbor already. Nothing was written." in same_channel.out
    assert requests == at_this_point
    assert f"{harbor.url('/feed')} is a channel of harbor already; it is not added again." in found_again.out
    assert (same_channel.code, found_again.code) == (0, 0)
    assert (desk.folder / "tearsheet.toml").read_text(encoding="utf-8") == text


def test_where_nothing_is_found_one_line_says_what_was_tried(desk: Desk, harbor: Harbor) -> None:
    done = add(desk, harbor.url("/"))

    assert done.code == 3
    told = complaint(done)
    assert "no link of the page looks like an article" in told
    assert "also tried /feed/, /rss, /rss.xml" in told
    assert table(desk) is None


@pytest.mark.parametrize(
    ("path", "reason"), [("/none", "the server answered 404"), ("/busy", "answered 429")]
)
def test_an_address_that_does_not_answer_is_one_line_and_asked_no_more(
    desk: Desk, harbor: Harbor, path: str, reason: str
) -> None:
    harbor.page("/busy", "slow down", status=429)

    done = add(desk, harbor.url(path))

    assert (done.code, len(harbor.requests)) == (3, 2)
    assert reason in complaint(done)


@pytest.mark.parametrize("name", ["Harbor News", "-x", ""])
def test_a_name_that_cannot_be_one_is_refused_before_anything_is_asked(
    desk: Desk, harbor: Harbor, name: str
) -> None:
    done = desk.ask("sources", "add", harbor.url("/"), "--name", name or "é")

    assert (done.code, harbor.requests) == (2, ())
    assert "lower-case letters, digits and hyphens" in complaint(done)


def test_a_signal_ends_it_and_writes_nothing(desk: Desk, harbor: Harbor) -> None:
    harbor.drip("/", front(), pieces=10, pause_seconds=0.1)
    process = desk.start("sources", "add", harbor.url("/"), "--name", "harbor")
    eventually(lambda: "/" in asked(harbor))

    os.killpg(process.pid, signal.SIGINT)
    done = ended(process)

    assert done.code == 130
    assert table(desk) is None


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "gazette", "ftp://a.example/", "", "https://", "/rss", "mailto:a@b.c"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="is not an http"):
        address_given(text)


def test_robots_txt_stands_for_its_site() -> None:
    assert address_given("https://a.example/robots.txt") == ("https://a.example", False)
    assert address_given(" a.example/x ") == ("https://a.example/x", True)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.lagaceta.com.ar/rss", "lagaceta"),
        ("https://english.paper.co.uk/", "paper"),
        ("https://blog.blogspot.com/", "blog"),
        ("https://xn--espaa-rta.example/", "espana"),
        ("http://127.0.0.1:8080/", "127-0-0-1-8080"),
        ("http://localhost/", "localhost"),
    ],
)
def test_a_source_is_named_by_its_address(url: str, name: str) -> None:
    assert name_from_address(url) == name


def test_a_name_from_a_title_is_short_and_plain() -> None:
    assert name_from_title("El País: último  momento") == "el-pais-ultimo-momento"
    assert name_from_title("a" * 99) == "a" * 40
    assert name_from_title("word " * 20) == "word-word-word-word-word-word-word-word"[:39]
    assert name_from_title("新闻") == ""


def test_a_file_begins_where_there_is_none_and_keeps_its_line_ends(tmp_path: Path) -> None:
    new, windows = tmp_path / "new.toml", tmp_path / "windows.toml"
    windows.write_bytes(b"# mine\r\n[collect]\r\n")
    source = Source(name="a", feeds=("https://a.example/",), note='say "so"\x7f\\ \n')

    add_to_file(new, [source])
    add_to_file(windows, [source])

    assert tomllib.loads(new.read_text())["sources"]["a"]["note"] == source.note
    assert b"\n" not in windows.read_bytes().replace(b"\r\n", b"")


def test_a_link_to_the_configuration_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    real.write_text("")
    link.symlink_to(real)

    add_to_file(link, [Source(name="a", feeds=("https://a.example/",))])

    assert link.is_symlink()
    assert "[sources.a]" in real.read_text()


def test_a_file_at_whose_end_no_table_can_stand_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "tearsheet.toml"
    file.write_text('sources = { a = { feeds = ["https://a.example/"] } }\n')

    with pytest.raises(ConfigError, match=r"write \[sources.b\] by hand"):
        add_to_file(file, [Source(name="b", feeds=("https://b.example/",))])

    assert file.read_text() == 'sources = { a = { feeds = ["https://a.example/"] } }\n'


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        add_to_file(tmp_path / "no" / "tearsheet.toml", [Source(name="b", feeds=("https://b.example/",))])


def test_many_addresses_stand_one_a_line() -> None:
    feeds = tuple(f"https://gazette.example/rss/section-{number}" for number in range(4))

    text = table_of(Source(name="a", feeds=feeds, enabled=False, expect_per_day=(2.0, 60.0)))

    assert max(map(len, text.splitlines())) < 60
    assert tomllib.loads(text)["sources"]["a"] == {
        "feeds": list(feeds),
        "enabled": False,
        "expect_per_day": [2.0, 60.0],
    }
