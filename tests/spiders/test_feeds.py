"""RSS and Atom bytes -> entries."""

import base64
from datetime import datetime

import pytest

from pipeline.items import Origin, Source
from spiders.documents import Unreadable
from spiders.feeds import entries_from_feed

URL = "https://news.example.org/feed.xml"


def source(timezone="UTC", language=""):
    return Source(name="diario", timezone=timezone, language=language)


def rss(items):
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
    )


def read(body, **options):
    return entries_from_feed(body, url=URL, source=source(), **options)


@pytest.mark.parametrize("case_id", ["feed-bare-amp"])
def test_titles_of_known_cases_are_read(cases, case_id):
    case = cases[case_id]

    entries = read(case["input"]["xml"].encode())

    assert [entry.title for entry in entries] == case["expect"]["titles"]


def test_a_title_escaped_twice_is_unescaped_twice(cases):
    case = cases["enc-double-escaped-title"]

    entries = read(base64.b64decode(case["input"]["body_base64"]))

    assert [entry.title for entry in entries] == case["expect"]["titles"]


@pytest.mark.parametrize("case_id", ["feed-constant-guid", "feed-xml-base", "feed-relative-link"])
def test_addresses_of_known_cases_are_read(cases, case_id):
    case = cases[case_id]

    entries = read(case["input"]["xml"].encode())

    assert [entry.url for entry in entries] == case["expect"]["urls"]


@pytest.mark.parametrize("case_id", ["feed-no-guid", "feed-same-link-many"])
def test_the_same_feed_read_twice_gives_the_same_addresses_each_once(cases, case_id):
    first, second = (read(poll.encode()) for poll in cases[case_id]["input"]["polls"])

    assert first == second
    assert len({entry.url for entry in first}) == len(first)


@pytest.mark.parametrize(
    "case_id",
    [
        "fdate-slashes",
        "fdate-12h-pm",
        "fdate-no-zone",
        "fdate-two-digit-year",
        "fdate-zone-utc-offset",
        "fdate-mest",
        "fdate-future",
    ],
)
def test_dates_of_known_cases_are_read(cases, case_id):
    given, expect = cases[case_id]["input"], cases[case_id]["expect"]

    [entry] = entries_from_feed(
        given["xml"].encode(),
        url=given["url"],
        source=source(given.get("source_tz", "UTC")),
        fetched_at=datetime.fromisoformat(given["fetched_at"]),
    )

    assert entry.published.iso() == expect["published_utc"]
    assert entry.published.raw == expect.get("published_raw", entry.published.raw)


def test_an_entry_carries_what_the_feed_says():
    body = rss(
        "<item><title>Entregan a 26</title><link>/nota</link><pubDate>Tue, 12 Aug 2025 14:30:00 GMT</pubDate>"
        '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ana Ruiz</dc:creator></item>'
    )

    [entry] = read(body)

    assert (entry.source, entry.channel, entry.authors) == ("diario", "feed", ("Ana Ruiz",))
    assert entry.published.origin is Origin.FEED
    assert entry.published.raw == "Tue, 12 Aug 2025 14:30:00 GMT"
    assert not entry.modified


def test_an_atom_entry_tells_published_and_modified_apart():
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>U</title><link href="/u"/>'
        b"<published>2025-08-12T10:00:00Z</published><updated>2025-08-12T12:00:00Z</updated></entry></feed>"
    )

    [entry] = read(body)

    assert entry.published.iso() == "2025-08-12T10:00:00Z"
    assert entry.modified.iso() == "2025-08-12T12:00:00Z"


def test_rdf_with_a_dublin_core_date_is_a_feed():
    body = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://news.example.org/a"><title>A</title>'
        b"<link>https://news.example.org/a</link><dc:date>2025-08-12T10:00:00Z</dc:date></item></rdf:RDF>"
    )

    [entry] = read(body)

    assert entry.published.iso() == "2025-08-12T10:00:00Z"


def test_links_that_cannot_be_fetched_are_left_out_and_those_behind_them_kept():
    links = ("javascript:void(0)", "file:///etc/passwd", "mailto:a@b.example", "http://[x/", "", "/ultima")
    body = rss("".join(f"<item><title>t</title><link>{link}</link></item>" for link in links))

    assert [entry.url for entry in read(body)] == ["https://news.example.org/ultima"]


def test_an_ampersand_in_a_link_is_kept_in_every_way_of_writing_it():
    body = rss(
        "<item><link>https://news.example.org/a?x=1&y=2</link></item>"
        "<item><link>https://news.example.org/b?x=1&amp;y=2</link></item>"
        "<item><link><![CDATA[https://news.example.org/c?x=1&y=2]]></link></item>"
    )

    assert [entry.url[-8:] for entry in read(body)] == ["?x=1&y=2"] * 3


def test_one_bad_byte_does_not_make_mojibake_of_a_utf8_feed():
    body = rss("<item><title>Extradición</title><link>/a</link></item>" + "<!-- relleno -->" * 100)
    broken = body.replace(b"<!--", b"\xff<!--", 1)

    [entry] = read(broken)

    assert entry.title == "Extradición"


def test_a_feed_in_windows_1252_is_decoded_as_declared():
    body = '<?xml version="1.0" encoding="windows-1252"?><rss version="2.0"><channel><item>'
    body += "<title>Extradición “ya”</title><link>/a</link></item></channel></rss>"

    [entry] = read(body.encode("cp1252"))

    assert entry.title == "Extradición “ya”"


def test_a_title_holds_no_control_character_and_no_markup():
    body = rss(
        "<item><title>Uno\x07 &lt;b&gt;dos&lt;/b&gt; a &lt; b &#8203;\n tres</title><link>/a</link></item>"
    )

    [entry] = read(body)

    assert entry.title == "Uno dos a < b tres"


def test_a_feed_served_as_html_is_read_all_the_same():
    assert len(read(rss("<item><link>/a</link></item>"), content_type="text/html")) == 1


def test_a_feed_without_entries_gives_none():
    assert read(rss("")) == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!doctype html><html><title>Portada</title>", "HTML page"),
        (b"<html><body>", "HTML page"),
        (b"hola", "neither RSS nor Atom"),
        (b'{"version": "x"}', "no JSON Feed"),
        (b"<urlset></urlset>", "list it under sitemaps"),
        (b"<rss><channel>" + b"<a>" * 200_000, "more than 150,000 elements"),
        (b"<rss><channel><item " + b'a="x" ' * 100_000 + b">", "more than 300 attributes"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body, said):
    content = read(body)

    assert isinstance(content, Unreadable)
    assert said in content.reason


def test_a_feed_that_names_a_file_does_not_open_it(tmp_path):
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss("<item><link>/secreto</link></item>"))

    assert isinstance(read(str(secret).encode()), Unreadable)


def test_a_text_that_is_never_closed_does_not_hide_the_entries_before_it():
    body = b"<rss version='2.0'><channel><item><link>/a</link></item><item><description>Sin fin"

    assert [entry.url for entry in read(body)] == ["https://news.example.org/a"]


def test_full_texts_in_a_feed_are_not_parsed():
    text = "<p>x</p>" * 200_000
    body = rss(f"<item><description><![CDATA[{text}]]></description><link>/a</link></item>")

    assert [entry.url for entry in read(body)] == ["https://news.example.org/a"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<rss><channel>" + b"<a>" * 60_000, "one inside the other"),
        (
            b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><title>&b;</title>'
            b"</item></channel></rss>",
            "entities of its own",
        ),
        (b"<html><body><h1>This domain is for sale</h1></body></html>", "domain for sale"),
    ],
)
def test_a_feed_that_is_made_to_hurt_or_gone_is_told(body, said):
    content = read(body)

    assert isinstance(content, Unreadable)
    assert said in content.reason


def test_of_items_with_one_address_the_newest_is_taken():
    item = "<item><title>%s</title><link>https://news.example.org/a</link><pubDate>%s</pubDate></item>"
    old, new = "Tue, 12 Aug 2025 10:00:00 GMT", "Tue, 12 Aug 2025 11:00:00 GMT"
    body = f"<rss version='2.0'><channel>{item % ('Old', old)}{item % ('New', new)}</channel></rss>"

    (entry,) = read(body.encode())

    assert entry.title == "New"


@pytest.mark.parametrize("reference", ["&#99999999999;", "&#xD800;", "&#xFFFF;", f"&#{'9' * 5000};", "&#0;"])
def test_a_reference_to_no_character_costs_nothing_else(reference):
    item = f"<item><title>Uno {reference}dos</title><link>https://news.example.org/a</link></item>"

    (entry,) = read(rss(item))

    assert entry.title == "Uno dos"


@pytest.mark.parametrize(
    "subjects",
    [
        "".join(f"<category>subject {number}</category>" for number in range(60_000)),
        "".join(f'<dc:subject id="{number}">{number}</dc:subject>' for number in range(60_000)),
        "".join(f'<category term="subject {number}"/>' for number in range(60_000)),
    ],
)
def test_an_entry_with_endless_subjects_is_read_at_once(subjects):
    # Each compared with all before it would take minutes.
    (entry,) = read(rss(f"<item><title>A</title><link>https://news.example.org/a</link>{subjects}</item>"))

    assert entry.title == "A"


def test_a_document_type_of_nothing_but_lines_is_passed_over():
    doctype = "<!DOCTYPE rss [" + "\n" * 200_000 + "]>"

    (entry,) = read(doctype.encode() + rss("<item><link>https://news.example.org/a</link></item>")[21:])

    assert entry.url == "https://news.example.org/a"


def test_an_address_of_nine_thousand_characters_is_passed_on():
    long = "https://news.example.org/a?q=" + "a" * 9000
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="{long}"/></entry></feed>'

    (entry,) = read(body.encode())

    assert entry.url == long
