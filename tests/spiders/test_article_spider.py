"""The spider end to end: a real crawl of a real server on loopback."""

import gzip
from pathlib import Path

import pytest

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>"""


def feed(*links: str) -> str:
    items = "".join(
        f"<item><title>Nota {n}</title><link>{link}</link></item>" for n, link in enumerate(links)
    )
    return FEED.replace("{items}", items)


def urlset(*links: str) -> str:
    urls = "".join(
        f"<url><loc>{link}</loc><news:news><news:title>Nota</news:title>"
        "<news:publication_date>2026-11-01T10:00:00Z</news:publication_date></news:news></url>"
        for link in links
    )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


def source(**channels: str) -> str:
    return "[diario]\n" + "\n".join(f'{kind} = ["{url}"]' for kind, url in channels.items())


def test_articles_are_found_through_a_feed_a_section_and_the_news_sitemap_of_robots_txt(site, crawl):
    site.put("/robots.txt", "User-agent: *\nDisallow: /privado\nSitemap: {site}/news-sitemap.xml\n")
    site.put("/news-sitemap.xml", urlset("{site}/de-mapa"), content_type="application/xml")
    by_feed = site.put("/rss", feed("{site}/de-rss"))
    by_section = site.put(
        "/nacion/",
        '<html><body><a href="/nacion/trasladan-a-26-reos-a-texas">Trasladan a 26 reos a Texas hoy</a>',
    )
    pages = {
        site.put_article("/de-mapa"),
        site.put_article("/de-rss"),
        site.put_article("/nacion/trasladan-a-26-reos-a-texas"),
    }

    crawled = crawl(source(feeds=by_feed, sections=by_section))

    assert crawled.page_urls() == pages
    assert crawled.missed == []
    assert {poll["kind"] for poll in crawled.polls} == {"feed", "section", "sitemap"}
    assert crawled.finish_reason == "finished"


def test_an_atom_feed_gives_its_entries(site, crawl):
    atom = site.put(
        "/atom",
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Uno</title><link href="/una-nota"/></entry></feed>',
    )
    page = site.put_article("/una-nota")

    crawled = crawl(source(feeds=atom))

    assert crawled.page_urls() == {page}


def test_a_channel_that_did_not_change_answers_304_at_the_second_poll_and_nothing_is_fetched(site, crawl):
    rss = site.put("/rss", feed("{site}/a"), etag='"v1"')
    site.put_article("/a")
    first = crawl(source(feeds=rss))
    site.asked.clear()

    second = crawl(source(feeds=rss), validators=first.validators, known=first.known)

    assert first.poll(rss)["validators"] == ['"v1"', ""]
    assert second.poll(rss)["status"] == 304
    assert second.poll(rss)["failure"] is None
    assert site.paths() == ["/rss"]


def test_what_earlier_runs_left_is_fetched_although_the_channel_answers_304(site, crawl):
    rss = site.put("/rss", feed("{site}/a"), etag='"v1"')
    left = site.put_article("/a")

    crawled = crawl(source(feeds=rss), validators={rss: ['"v1"', ""]}, pending=[left])

    assert crawled.page_urls() == {left}


@pytest.mark.parametrize(
    ("status", "failure"),
    [(503, "http_error"), (404, "gone"), (410, "gone"), (403, "blocked"), (429, "blocked")],
)
def test_a_channel_that_answers_an_error_is_a_failed_poll_and_is_asked_once(site, crawl, status, failure):
    rss = site.put("/rss", "no", status=status, etag='"v1"')

    crawled = crawl(source(feeds=rss))

    assert crawled.poll(rss)["failure"] == failure
    assert crawled.poll(rss)["status"] == status
    assert crawled.poll(rss)["validators"] == ["", ""]
    assert site.paths() == ["/rss"]


def test_a_feed_that_is_a_page_now_is_a_failed_poll_that_says_so(site, crawl):
    rss = site.put("/rss", "<!doctype html><title>Portada</title>", content_type="text/html")

    crawled = crawl(source(feeds=rss))

    assert crawled.poll(rss)["failure"] == "parse_error"
    assert "HTML page" in crawled.poll(rss)["reason"]


def test_a_bad_link_in_a_feed_does_not_hide_the_entries_behind_it(site, crawl):
    rss = site.put("/rss", feed("javascript:alert(1)", "file:///etc/passwd", "http://[bad/", "{site}/a"))
    page = site.put_article("/a")

    crawled = crawl(source(feeds=rss))

    assert crawled.page_urls() == {page}


def test_private_addresses_are_refused_without_a_connection(site, crawl):
    private = [
        site.url("/a"),
        f"http://localhost:{site.port}/b",
        f"http://2130706433:{site.port}/c",
        f"http://[::ffff:127.0.0.1]:{site.port}/d",
    ]

    crawled = crawl(
        source(feeds=site.url("/rss")), direct=private, settings={"TEARSHEET_ALLOW_PRIVATE_HOSTS": False}
    )

    assert crawled.poll(site.url("/rss"))["failure"] == "unsafe"
    assert set(crawled.fates().values()) == {"unsafe"}
    assert len(crawled.missed) == 4
    assert site.asked == []


def test_a_name_that_resolves_to_a_private_address_is_refused_without_a_connection(site, crawl):
    # Every machine resolves its own name; "ip6-localhost" and the like differ.
    named = f"http://{_own_name()}:{site.port}/a"

    crawled = crawl(
        source(feeds=site.url("/rss")), direct=[named], settings={"TEARSHEET_ALLOW_PRIVATE_HOSTS": False}
    )

    assert crawled.fates()[named] == "unsafe"
    assert "resolves to" in crawled.missed[0]["reason"]
    assert site.asked == []


def test_a_proxy_may_be_inside_the_private_network_but_what_is_asked_through_it_may_not(site, crawl):
    page = site.put("http://news.example/a", "<html><p>Hola", content_type="text/html")
    private = "http://10.0.0.7/a"

    crawled = crawl(
        source(feeds="http://news.example/rss"),
        direct=[page.removeprefix(site.url("")), private],
        proxy=f"http://localhost:{site.port}",
        settings={"TEARSHEET_ALLOW_PRIVATE_HOSTS": False},
    )

    assert crawled.page_urls() == {"http://news.example/a"}
    assert crawled.fates() == {private: "unsafe"}
    assert not any("10.0.0.7" in asked.path for asked in site.asked)


def _own_name() -> str:
    names = [
        name
        for line in Path("/etc/hosts").read_text().splitlines()
        if not line.startswith("#")
        for name in line.split()[1:]
        if line.startswith(("127.", "172.", "10.", "192.168."))
    ]
    usable = [name for name in names if name != "localhost" and not name.endswith(".localhost")]
    if not usable:
        pytest.skip("no name of this machine resolves to a private address")
    return usable[0]


def test_a_redirect_to_a_private_address_or_another_scheme_is_not_followed(site, crawl):
    to_file = site.put("/a", status=302, location="file:///etc/passwd")
    to_metadata = site.put("/b", status=302, location="ftp://127.0.0.1/x")

    crawled = crawl(source(feeds=site.url("/rss")), direct=[to_file, to_metadata])

    assert crawled.fates() == {to_file: "unsafe", to_metadata: "unsafe"}


def test_pages_that_give_no_page_end_with_their_own_fate(site, crawl):
    site.put("/robots.txt", "User-agent: *\nDisallow: /privado\n")
    expected = {
        site.put("/grande", b"<html>" + b"x" * 60_000, content_type="text/html"): "too_large",
        site.put(
            "/bomba",
            gzip.compress(b"<html>" + b"x" * 500_000),
            content_type="text/html",
            content_encoding="gzip",
        ): "too_large",
        site.put("/informe", b"%PDF-1.7 ...", content_type="application/pdf"): "not_html",
        site.put("/datos", '{"a": 1}', content_type="application/json"): "not_html",
        site.put("/vacia", "", content_type="text/html"): "http_error",
        site.put("/circulo", status=302, location="/circulo"): "redirect_loop",
        site.put("/privado/a", "<html>"): "robots",
        site.url("/no-existe"): "gone",
        site.put("/vetada", "no", status=403): "blocked",
        site.put("/rota", "no", status=500): "http_error",
        "http://127.0.0.1:1/a": "unreachable",
        "http://no-such-host.invalid/a": "unreachable",
        "notaweb:address": "unsafe",
    }

    crawled = crawl(source(feeds=site.url("/rss")), direct=list(expected), max_page_bytes=50_000)

    assert crawled.pages == []
    assert crawled.fates() == expected
    assert all(missed["reason"] for missed in crawled.missed)
    assert crawled.pages == []


def test_every_request_that_waits_for_robots_txt_obeys_it(site, crawl):
    site.put("/robots.txt", "User-agent: *\nDisallow: /privado\n")
    forbidden = [site.put_article(f"/privado/{n}") for n in range(6)]

    crawled = crawl(source(feeds=site.url("/rss")), direct=forbidden, channels_too=False)

    assert crawled.fates() == dict.fromkeys(forbidden, "robots")
    assert site.paths() == []


def test_a_page_that_moved_is_fetched_where_it_is_now(site, crawl):
    moved = site.put("/vieja", status=301, location="/nueva")
    new = site.put_article("/nueva")

    crawled = crawl(source(feeds=site.url("/rss")), direct=[moved])

    assert [(page["asked"], page["url"]) for page in crawled.pages] == [(moved, new)]


def test_a_page_that_redirects_to_itself_once_is_fetched_all_the_same(site, crawl):
    page = site.put("/a", status=302, location="/a")
    site.then("/a", "<html><p>Hola", content_type="text/html")

    crawled = crawl(source(feeds=site.url("/rss")), direct=[page])

    assert crawled.page_urls() == {page}


def test_a_page_that_reloads_itself_every_minute_is_a_page(site, crawl):
    page = site.put(
        "/viva",
        '<html><head><meta http-equiv="refresh" content="60"></head><p>Hola',
        content_type="text/html",
    )

    crawled = crawl(source(feeds=site.url("/rss")), direct=[page])

    assert crawled.page_urls() == {page}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_page_that_leads_on_at_once_is_fetched_where_it_leads(site, crawl, encoding):
    html = '<html><head><META HTTP-EQUIV="Refresh" content="0;url=/nueva"></head><p>Hola'
    old = site.put("/vieja", html.encode(encoding), content_type=f"text/html; charset={encoding}")
    new = site.put_article("/nueva")

    crawled = crawl(source(feeds=site.url("/rss")), direct=[old])

    assert [(page["asked"], page["url"]) for page in crawled.pages] == [(old, new)]


def test_a_slow_answer_times_out(site, crawl):
    # A server that promises more than it sends holds the connection open.
    slow = site.put("/lenta", "<html>", content_type="text/html", content_length="1000")

    crawled = crawl(source(feeds=site.url("/rss")), direct=[slow], timeout_seconds=0.5)

    assert crawled.fates() == {slow: "timeout"}


def test_a_limit_leaves_the_rest_pending(site, crawl):
    links = [site.put_article(f"/{n}") for n in range(4)]
    rss = site.put("/rss", feed(*links))

    crawled = crawl(source(feeds=rss), limit=1)

    assert len(crawled.pages) == 1
    assert sorted(crawled.fates().values()) == ["pending"] * 3


def test_a_source_whose_time_is_over_leaves_the_rest_pending(site, crawl):
    rss = site.put("/rss", feed("{site}/a", "{site}/b"))

    crawled = crawl(source(feeds=rss), settings={"TEARSHEET_RUN_BUDGET_SECONDS": 0})

    assert site.paths() == ["/rss"]
    assert crawled.fates() == {site.url("/a"): "pending", site.url("/b"): "pending"}


def test_single_pages_are_fetched_without_polling_channels(site, crawl):
    rss = site.put("/rss", feed("{site}/a"))
    page = site.put_article("/b")

    crawled = crawl(source(feeds=rss), direct=[page], channels_too=False, pending=[site.url("/c")])

    assert crawled.page_urls() == {page}
    assert site.paths() == ["/b"]


def test_an_index_is_followed_to_its_children_and_never_asked_for_conditionally(site, crawl):
    index = site.put(
        "/index.xml",
        "<sitemapindex><sitemap><loc>{site}/viejo.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
        "<sitemap><loc>{site}/nuevo.xml</loc></sitemap><sitemap><loc>{site}/index.xml</loc></sitemap>"
        "<sitemap><loc>{site}/category-sitemap.xml</loc></sitemap></sitemapindex>",
        etag='"v1"',
    )
    site.put("/nuevo.xml", urlset("{site}/a"), etag='"v2"')
    page = site.put_article("/a")

    crawled = crawl(source(sitemaps=index), settings={"TEARSHEET_MAX_AGE_DAYS": 14})

    assert crawled.page_urls() == {page}
    assert site.paths() == ["/index.xml", "/nuevo.xml", "/a"]
    assert crawled.poll(index)["validators"] == ["", ""]
    assert crawled.poll(site.url("/nuevo.xml"))["validators"] == ['"v2"', ""]


def test_an_index_of_indexes_of_indexes_is_not_followed_to_its_end(site, crawl):
    index = "<sitemapindex><sitemap><loc>{site}/%d.xml</loc></sitemap></sitemapindex>"
    first, *_ = [site.put(f"/{n}.xml", index % (n + 1)) for n in range(5)]

    crawl(source(sitemaps=first))

    assert site.paths() == ["/0.xml", "/1.xml", "/2.xml"]


def test_an_entry_that_two_channels_announce_is_fetched_once(site, crawl):
    rss = site.put("/rss", feed("{site}/a"))
    page = site.put_article("/a")

    crawled = crawl(source(feeds=rss), pending=[page], direct=[page])

    assert [found["asked"] for found in crawled.pages] == [page]


def test_a_robots_txt_among_the_sitemaps_stands_for_all_that_it_lists(site, crawl):
    robots = site.put("/robots.txt", "User-agent: *\nDisallow: /robots.txt\nSitemap: /mapa.txt\n")
    site.put("/mapa.txt", "{site}/a\n", content_type="text/plain")
    page = site.put_article("/a")

    crawled = crawl(source(sitemaps=robots))

    assert crawled.page_urls() == {page}


def test_requests_name_the_robot_and_carry_no_cookie_or_referer(site, crawl):
    rss = site.put("/rss", feed("{site}/a"), set_cookie="a=1")
    site.put_article("/a")

    crawl(source(feeds=rss))

    page = site.asked[-1]
    assert page.path == "/a"
    assert page.headers["user-agent"] == "Tearsheet/0.1 (+https://tearsheet.example/robot)"
    assert not {"cookie", "referer"} & set(page.headers)


def test_a_frontier_set_when_item_pipelines_open_is_there_before_the_first_request(site, crawl):
    rss = site.put("/rss", feed("{site}/a"))
    page = site.put_article("/a")

    crawled = crawl(source(feeds=rss), frontier_from_pipeline=True)

    assert crawled.page_urls() == {page}
