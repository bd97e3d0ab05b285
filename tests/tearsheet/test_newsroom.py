"""The sample newsroom is a real web: it serves, announces, corrects itself, and leaves nothing behind."""

import http.client
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
import trafilatura
from lxml import etree

from pipeline.items import ChannelKind, Source
from tearsheet.demo import DemoArticle, Newsroom, Site
from tearsheet.demo.blocks import Form, blocks_from_body
from tearsheet.demo.markup import Markup, body_html

NOW = datetime(2025, 3, 9, 17, 42, 31, tzinfo=UTC)
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(NOW) as newsroom:
        yield newsroom


@pytest.fixture
def second_edition() -> Iterator[Newsroom]:
    with Newsroom(NOW) as newsroom:
        newsroom.publish_second_edition()
        yield newsroom


def ask(
    url: str, *, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, url.removeprefix(f"http://{parts.netloc}"), headers=headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def page(url: str) -> str:
    response, body = ask(url)
    assert response.status == 200, url
    return body.decode()


def by_key(newsroom: Newsroom) -> dict[str, DemoArticle]:
    return {article.key: article for article in newsroom.articles}


def source(newsroom: Newsroom, name: str) -> Source:
    return next(source for source in newsroom.sources if source.name == name)


def announced(newsroom: Newsroom, name: str, kind: ChannelKind) -> list[str]:
    """Every article address that the source's channels of this kind name, without its query."""
    urls = [
        url
        for channel in source(newsroom, name).channels
        if channel.kind is kind
        for url in _links(channel.url, kind)
    ]
    return [url.partition("?")[0] for url in urls]


def _links(url: str, kind: ChannelKind) -> list[str]:
    if kind is ChannelKind.FEED:
        return [entry.link for entry in feedparser.parse(page(url).encode()).entries]
    if kind is ChannelKind.SITEMAP:
        (sitemap,) = re.findall(r"^Sitemap: (\S+)$", page(url), re.MULTILINE)
        return [loc.text for loc in etree.fromstring(page(sitemap).encode()).iterfind(".//s:loc", SITEMAP)]
    headlines = etree.HTML(page(url)).xpath("//h2[@class='entry-title']/a/@href | //h3/a/@href")
    return [urljoin(url, path) for path in headlines]


# The site


def test_a_page_is_served_as_it_was_given(site: Site) -> None:
    site.page("/a", "<p>año</p>", headers={"X-Edition": "3"})

    response, body = ask(site.url("/a"))

    assert (response.status, body) == (200, "<p>año</p>".encode())
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["X-Edition"] == "3"


def test_a_later_call_replaces_a_page_and_forget_removes_it(site: Site) -> None:
    site.page("/a", "first")
    site.page("/a", "second")
    assert page(site.url("/a")) == "second"

    site.forget("/a")
    site.forget("/never-there")

    assert ask(site.url("/a"))[0].status == 404


def test_a_query_does_not_hide_a_page_unless_it_has_one_of_its_own(site: Site) -> None:
    site.page("/a", "plain")
    site.page("/a?page=2", "second page")

    assert page(site.url("/a?utm_source=rss")) == "plain"
    assert page(site.url("/a?page=2")) == "second page"


def test_an_unchanged_page_answers_304_until_it_is_replaced(site: Site) -> None:
    site.page("/a", "first")
    etag = ask(site.url("/a"))[0].headers["ETag"]
    asked = {"If-None-Match": f'"other", W/{etag}'}

    response, body = ask(site.url("/a"), headers=asked)
    site.page("/a", "second")

    assert (response.status, body, response.headers["ETag"]) == (304, b"", etag)
    assert ask(site.url("/a"), headers=asked)[0].status == 200


def test_if_modified_since_counts_only_where_there_is_no_etag_to_compare(site: Site) -> None:
    site.page("/a", "text", last_modified=NOW)
    then = ask(site.url("/a"))[0].headers["Last-Modified"]
    earlier = "Sat, 08 Mar 2025 00:00:00 GMT"

    assert ask(site.url("/a"), headers={"If-Modified-Since": then})[0].status == 304
    assert ask(site.url("/a"), headers={"If-Modified-Since": earlier})[0].status == 200
    both = {"If-Modified-Since": then, "If-None-Match": '"other"'}
    assert ask(site.url("/a"), headers=both)[0].status == 200


def test_an_error_page_is_never_unchanged(site: Site) -> None:
    site.page("/a", "busy", status=503, headers={"Retry-After": "3"})

    response, _ = ask(site.url("/a"), headers={"If-None-Match": "*"})

    assert (response.status, response.headers["Retry-After"]) == (503, "3")


def test_the_log_tells_what_was_asked_in_order(site: Site) -> None:
    before = datetime.now(UTC)

    ask(site.url("/a?b=c"), headers={"User-Agent": "reader/1"})
    ask(site.url("/d"), method="HEAD")

    first, second = site.requests
    assert (first.method, first.path, first.headers["user-agent"]) == ("GET", "/a?b=c", "reader/1")
    assert (second.method, second.path) == ("HEAD", "/d")
    assert before <= first.at <= second.at <= datetime.now(UTC)


def test_one_connection_carries_several_requests(site: Site) -> None:
    site.page("/a", "text")
    site.redirect("/old", "/a")
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)

    connection.request("GET", "/old")
    moved = connection.getresponse()
    moved.read()
    used = connection.sock
    connection.request("HEAD", "/a")
    head = connection.getresponse()

    assert (moved.status, moved.headers["Location"]) == (302, "/a")
    assert (head.headers["Content-Length"], head.read()) == ("4", b"")
    assert connection.sock is used
    connection.close()


def test_a_dropped_path_closes_the_connection_without_an_answer(site: Site) -> None:
    site.drop("/a")

    with pytest.raises(http.client.RemoteDisconnected):
        ask(site.url("/a"))


@pytest.mark.parametrize(("is_declared", "length"), [(True, "100001"), (False, None)])
def test_a_flood_streams_its_size_with_or_without_declaring_it(
    site: Site, is_declared: bool, length: str | None
) -> None:
    site.flood("/a", 100_001, is_declared=is_declared)

    response, body = ask(site.url("/a"))

    assert (response.headers["Content-Length"], len(body)) == (length, 100_001)


def test_a_client_that_leaves_in_the_middle_is_no_fault_of_the_site(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Site() as site:
        site.flood("/a", 50_000_000)
        with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)) as connection:
            connection.request("GET", "/a")
            with connection.getresponse() as response:
                assert response.read(10) == b"<p>There i"

    assert capfd.readouterr().err == ""


def test_a_dripping_page_arrives_whole(site: Site) -> None:
    site.drip("/a", "0123456789", pieces=3, pause_seconds=0.01)

    assert page(site.url("/a")) == "0123456789"


def test_closing_ends_slow_answers_idle_connections_and_every_thread() -> None:
    before = set(threading.enumerate())
    with ExitStack() as stack:
        site = stack.enter_context(Site())
        site.drip("/slow", "x" * 1000, pieces=1000, pause_seconds=60)
        slow, idle = (
            stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)))
            for _ in range(2)
        )
        slow.request("GET", "/slow")
        response = stack.enter_context(slow.getresponse())
        idle.request("GET", "/")
        idle.getresponse().read()

        site.close()

        assert set(threading.enumerate()) <= before
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        with pytest.raises(ConnectionRefusedError):
            ask(site.url("/"))


# Bodies


def test_a_body_is_read_block_by_block() -> None:
    body = "One\nline.\n\n## Two\n\n> Three\n\n- four\n- five\n\n%% br 970x125\n\n%% link Read more: slug"

    blocks = blocks_from_body(body)

    assert [(block.form, block.line) for block in blocks] == [
        (Form.PARAGRAPH, "One line."),
        (Form.HEADING, "Two"),
        (Form.QUOTE, "Three"),
        (Form.ITEM, "four"),
        (Form.ITEM, "five"),
        (Form.BREAK, "970x125"),
        (Form.LINK, "Read more: slug"),
    ]


def test_a_reprint_takes_the_text_of_the_original_and_none_of_its_clutter() -> None:
    original = blocks_from_body("One.\n\n%% own 728x90\n\nTwo.\n\nThree.")

    blocks = blocks_from_body("Own.\n\n&& 1-2\n\n%% own Advertisement", reprinted=original)

    assert [block.text for block in blocks] == ["Own.", "One.", "Two.", "Advertisement"]


@pytest.mark.parametrize("markup", Markup)
def test_text_is_escaped_and_a_size_can_follow_a_line_break(markup: Markup) -> None:
    html = body_html(blocks_from_body("Marrow & <Sons> {x}\n\n%% br 970x125"), markup)

    assert "Marrow &amp; &lt;Sons&gt; {x}<br>970x125" in html


# The newsroom


def test_there_is_a_newsroom_worth_showing(newsroom: Newsroom) -> None:
    articles = newsroom.articles

    assert len(newsroom.sources) >= 7
    assert 30 <= len(articles) <= 45
    assert {article.language for article in articles} == {"en", "es"}
    assert 0.4 < sum(article.is_relevant for article in articles) / len(articles) < 0.6
    assert len({article.url for article in articles}) == len(articles)


def test_every_publisher_has_a_port_and_robots_of_its_own(newsroom: Newsroom) -> None:
    robots = [page(site.url("/robots.txt")) for site in newsroom.sites.values()]

    assert len({site.port for site in newsroom.sites.values()}) == len(newsroom.sources)
    assert sum("Sitemap:" in text for text in robots) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("estuary-wire", ChannelKind.FEED),
        ("halyard-courier", ChannelKind.FEED),
        ("el-remanso", ChannelKind.FEED),
        ("voz-de-altozano", ChannelKind.SITEMAP),
        ("quillback-echo", ChannelKind.SECTION),
        ("valle-quemado-noticias", ChannelKind.FEED),
        ("western-prosecutor", ChannelKind.FEED),
        ("northbound-digest", ChannelKind.FEED),
    ],
)
def test_a_publisher_announces_each_of_its_articles_once(
    newsroom: Newsroom, name: str, kind: ChannelKind
) -> None:
    own = [article for article in newsroom.articles if article.publisher == name]

    assert own
    assert announced(newsroom, name, kind) == [article.url for article in own]
    assert [article.published_at for article in own] == sorted(
        (article.published_at for article in own), reverse=True
    )


def test_one_publisher_announces_some_articles_twice_and_marks_those_in_the_feed(newsroom: Newsroom) -> None:
    name = "valle-quemado-noticias"
    (feed,) = source(newsroom, name).feeds

    in_both = set(announced(newsroom, name, ChannelKind.FEED)) & set(
        announced(newsroom, name, ChannelKind.SECTION)
    )

    national = [a for a in newsroom.articles if a.publisher == name and a.section == "nacional"]
    assert in_both == {article.url for article in national if not article.is_gone}
    assert len(in_both) >= 2
    assert all("?utm_source=rss&utm_medium=feed" in link for link in _links(feed, ChannelKind.FEED))


def test_the_silent_post_is_broken_and_has_nothing_to_say(newsroom: Newsroom) -> None:
    (feed,) = source(newsroom, "the-silent-post").feeds

    assert ask(feed)[0].status == 503
    assert ask(newsroom.sites["the-silent-post"].url("/robots.txt"))[0].status == 200
    assert not [article for article in newsroom.articles if article.publisher == "the-silent-post"]


def test_feeds_are_valid_and_say_when_and_by_whom(newsroom: Newsroom) -> None:
    articles = {article.url: article for article in newsroom.articles}

    for name in ("estuary-wire", "halyard-courier", "el-remanso", "valle-quemado-noticias"):
        (url,) = source(newsroom, name).feeds
        body = page(url).encode()
        etree.fromstring(body)
        feed = feedparser.parse(body)

        assert not feed.bozo
        for entry in feed.entries:
            article = articles[entry.link.partition("?")[0]]
            published = datetime(*entry.published_parsed[:6], tzinfo=UTC)
            assert (entry.title, published) == (article.title, article.published_at)
            assert [author.name for author in entry.get("authors", ())] == list(article.authors)


def test_dates_in_spanish_feeds_carry_the_zone_of_the_paper(newsroom: Newsroom) -> None:
    (feed,) = source(newsroom, "el-remanso").feeds

    response, body = ask(feed)

    assert response.headers["Content-Type"] == "application/rss+xml"
    assert re.findall(rb"<pubDate>[^<]+(.{5})</pubDate>", body)[0] == b"-0600"


def test_the_sitemap_carries_news_tags(newsroom: Newsroom) -> None:
    (robots,) = source(newsroom, "voz-de-altozano").sitemaps
    sitemap = etree.fromstring(page(re.findall(r"Sitemap: (\S+)", page(robots))[0]).encode())

    names = {etree.QName(element).localname for element in sitemap.iter()}

    assert {"news", "publication", "publication_date", "title", "language"} <= names


def test_exactly_one_announced_page_is_gone_and_one_is_older_than_a_month(newsroom: Newsroom) -> None:
    statuses = {article.key: ask(article.url)[0].status for article in newsroom.articles}
    gone = [article.key for article in newsroom.articles if article.is_gone]
    old = [a.key for a in newsroom.articles if NOW - a.published_at > timedelta(days=30)]
    rest = [a for a in newsroom.articles if a.key not in old]

    assert [key for key, status in statuses.items() if status == 404] == gone
    assert len(gone) == len(old) == 1
    assert all(NOW - article.published_at < timedelta(days=7) for article in rest)


def test_three_papers_reprint_the_agency_and_say_so(newsroom: Newsroom) -> None:
    original = by_key(newsroom)["estuary-wire/mexico-hands-over-18-prisoners"]
    reprints = [article for article in newsroom.articles if article.reprint_of == original.key]

    assert {article.publisher for article in reprints} == {
        "halyard-courier",
        "quillback-echo",
        "northbound-digest",
    }
    assert all(article.published_at > original.published_at for article in reprints)
    whole = [article.publisher for article in reprints if article.paragraphs == original.paragraphs]
    assert whole == ["halyard-courier", "northbound-digest"]
    assert all(set(original.paragraphs[1:6]) < set(article.paragraphs) for article in reprints)


def test_no_paragraph_of_an_article_is_lost_or_cluttered_in_its_data(newsroom: Newsroom) -> None:
    sized = re.compile(r"\d+ ?[x×] ?\d+")

    for article in newsroom.articles:
        assert all(text == " ".join(text.split()) for text in article.paragraphs)
        assert not [text for text in article.paragraphs if sized.fullmatch(text)]
        assert len(article.paragraphs) >= 3 or article.is_gone


@pytest.mark.parametrize("line", ["970x125", "728×90", "300 x 250", "Advertisement", "PUBLICIDAD"])
def test_every_kind_of_slot_stands_on_some_page(newsroom: Newsroom, line: str) -> None:
    assert any(line in article.clutter for article in newsroom.articles)


def test_clutter_comes_in_every_form(newsroom: Newsroom) -> None:
    forms = {block.form for article in newsroom.articles for block in article.blocks}

    assert forms == set(Form)


def test_a_size_within_a_sentence_is_text(newsroom: Newsroom) -> None:
    kept = [text for a in newsroom.articles for text in a.paragraphs if "970x125 centímetros" in text]

    assert len(kept) == 2


def test_every_page_shows_its_article_and_can_be_read(newsroom: Newsroom) -> None:
    for article in newsroom.articles:
        if article.is_gone:
            continue
        html = page(article.url)
        prose = [block.text for block in article.blocks if block.form is Form.PARAGRAPH]

        read = trafilatura.extract(html, url=article.url, include_comments=False) or ""

        missing = [line for line in article.paragraphs + article.clutter if line not in _visible(html)]
        assert not missing, article.key
        assert not [text for text in prose if text not in " ".join(read.split())], article.key


def _visible(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).replace(" :", ":")


def test_no_template_leaves_a_blank_to_fill(newsroom: Newsroom) -> None:
    pages = [page(article.url) for article in newsroom.articles if not article.is_gone]
    fronts = [page(site.url("/")) for site in newsroom.sites.values()]

    assert not [text for text in pages + fronts if re.search(r"\$[a-z_]+|<!--(each|end)-->", text)]


def test_links_inside_articles_lead_to_pages(newsroom: Newsroom) -> None:
    paths = [
        (article.publisher, block.path)
        for article in newsroom.articles
        for block in article.blocks
        if block.form is Form.LINK
    ]

    assert paths
    assert {ask(newsroom.sites[name].url(path))[0].status for name, path in paths} == {200}


def test_times_count_back_from_now_in_whole_minutes(newsroom: Newsroom) -> None:
    assert newsroom.now == NOW.replace(second=0)
    for article in newsroom.articles:
        assert article.published_at < NOW
        assert article.published_at.second == 0
        assert article.published_at.utcoffset() == timedelta(0)


# The second edition


def test_the_second_edition_corrects_one_article_and_prints_three_more(second_edition: Newsroom) -> None:
    with Newsroom(NOW) as first:
        before = by_key(first)
    after = by_key(second_edition)

    corrected = [key for key in before if after[key].modified_at is not None]
    added = [after[key] for key in after if key not in before]

    assert corrected == ["halyard-courier/who-are-the-men-on-the-planes"]
    assert [article.publisher for article in added if not article.reprint_of] == [
        "estuary-wire",
        "el-remanso",
    ]
    assert [article.publisher for article in added if article.reprint_of] == ["valle-quemado-noticias"]
    assert all(after[key].paragraphs == before[key].paragraphs for key in before if key not in corrected)


def test_the_correction_changes_the_number_and_says_so_at_the_same_address() -> None:
    with Newsroom(NOW) as newsroom:
        key = "halyard-courier/who-are-the-men-on-the-planes"
        first = by_key(newsroom)[key]
        etag = ask(first.url)[0].headers["ETag"]

        newsroom.publish_second_edition()
        second = by_key(newsroom)[key]
        response, body = ask(second.url, headers={"If-None-Match": etag})

    assert (second.url, second.published_at) == (first.url, first.published_at)
    assert ("20 men" in first.title, "18 men" in second.title) == (True, True)
    assert second.paragraphs[-1].startswith("Correction: ")
    assert response.status == 200
    assert "Correction: " in body.decode()


def test_the_atom_feed_announces_the_correction_and_nothing_else_as_updated(second_edition: Newsroom) -> None:
    (url,) = source(second_edition, "halyard-courier").feeds

    entries = feedparser.parse(page(url).encode()).entries

    moved = [entry for entry in entries if entry.updated_parsed != entry.published_parsed]
    assert [entry.title for entry in moved] == ["Who are the 18 men on the planes?"]
    assert datetime(*moved[0].updated_parsed[:6], tzinfo=UTC) == second_edition.now


def test_what_the_second_edition_adds_is_announced(second_edition: Newsroom) -> None:
    urls = {article.url for article in second_edition.articles}

    listed = {
        url
        for each in second_edition.sources
        for kind in (ChannelKind.FEED, ChannelKind.SITEMAP, ChannelKind.SECTION)
        if each.name != "the-silent-post"
        for url in announced(second_edition, each.name, kind)
    }

    assert listed == urls


# The configuration, and the end


def test_the_configuration_names_the_same_sources_and_allows_loopback(newsroom: Newsroom) -> None:
    config = tomllib.loads(newsroom.config_toml("sqlite:///a.db"))

    assert config["corpus"] == {"url": "sqlite:///a.db"}
    assert config["collect"] == {
        "use_builtin_sources": False,
        "allow_private_hosts": True,
        "delay_seconds": 0,
    }
    tables = {
        name: Source(name=name, **{key: tuple(v) if isinstance(v, list) else v for key, v in table.items()})
        for name, table in config["sources"].items()
    }
    assert tuple(tables.values()) == newsroom.sources


def test_closing_the_newsroom_leaves_nothing_running() -> None:
    before = set(threading.enumerate())

    with Newsroom(NOW) as newsroom:
        urls = [site.url("/") for site in newsroom.sites.values()]
        assert {ask(url)[0].status for url in urls} == {200}

    assert set(threading.enumerate()) <= before
    for url in urls:
        with pytest.raises(ConnectionRefusedError):
            ask(url)
