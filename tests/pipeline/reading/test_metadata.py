"""Title, standfirst, authors, dates and language are what the page says where it agrees with itself."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.items import ChannelKind, Entry, Fate, Flag, Origin, Page, Precision, Stamp
from pipeline.reading.page import reading_of
from tests.pipeline.reading.pages import FETCHED_AT, PARAGRAPHS, article_html, page, paragraphs, read


def json_ld(**said: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **said})}</script>'


def test_the_headline_on_the_page_wins_over_the_social_one_and_loses_the_site_name():
    head = '<meta property="og:title" content="26 prisoners handed over, Mexico says | News">'

    assert read(article_html(paragraphs(), head=head)).title == "Mexico hands over 26 prisoners"


def test_a_standfirst_has_a_field_of_its_own():
    standfirst = "The second group this year left from three military airports."

    reading = read(article_html(f'<h2 class="standfirst">{standfirst}</h2>' + paragraphs()))

    assert reading.standfirst == standfirst
    assert reading.text == "\n\n".join(PARAGRAPHS)


def test_only_the_authors_of_the_article_count_not_other_people_of_the_graph():
    head = json_ld(
        author=[{"@type": "Person", "name": "Ana Ruiz"}], about={"@type": "Person", "name": "El Otro"}
    )

    assert read(article_html(paragraphs(), head=head)).authors == ("Ana Ruiz",)


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By Ana Ruiz and Luis Cano", ("Ana Ruiz", "Luis Cano")),
        ("Por Ana Ruiz y Luis Cano", ("Ana Ruiz", "Luis Cano")),
        ("https://news.example.org/ana", ()),
    ],
)
def test_a_byline_in_the_head_names_people_without_its_prefix(byline, authors):
    assert (
        read(article_html(paragraphs(), head=f'<meta name="author" content="{byline}">')).authors == authors
    )


@pytest.mark.parametrize(
    ("head", "iso", "origin"),
    [
        (json_ld(datePublished="2025-08-12T18:04:30-06:00"), "2025-08-13T00:04:30Z", Origin.JSON_LD),
        (json_ld(datePublished="2025-08-12T18:04Z"), "2025-08-12T18:04Z", Origin.JSON_LD),
        ('<meta property="article:published_time" content="2025-08-12">', "2025-08-12", Origin.META),
        ('<meta name="date" content="Tue, 12 Aug 2025 18:04:30 GMT">', "2025-08-12T18:04:30Z", Origin.META),
    ],
)
def test_a_published_time_keeps_its_precision_and_tells_its_origin(head, iso, origin):
    published = read(article_html(paragraphs(), head=head)).published

    assert (published.iso(), published.origin) == (iso, origin)


def test_a_time_without_zone_is_in_the_zone_of_its_source():
    html = article_html(paragraphs(), head=json_ld(datePublished="2025-08-12T18:04:00"))

    published = reading_of(page(html), timezone="America/Mexico_City").published

    assert published.at == datetime(2025, 8, 13, 0, 4, tzinfo=UTC)


def test_what_the_feed_said_is_used_where_the_page_is_silent():
    told = Stamp(at=datetime(2025, 8, 12, 9, tzinfo=UTC), precision=Precision.SECOND, origin=Origin.FEED)
    entry = Entry(url="https://news.example.org/a", source="news", channel=ChannelKind.FEED, published=told)

    reading = reading_of(
        Page(entry=entry, url=entry.url, body=article_html(paragraphs()).encode(), fetched_at=FETCHED_AT)
    )

    assert reading.published == told


def test_the_address_gives_a_day_and_a_future_date_is_no_date():
    html = article_html(paragraphs(), head=json_ld(datePublished="2031-01-01T00:00:00Z"))

    published = read(html, url="https://news.example.org/2025/08/12/handover").published

    assert (published.iso(), published.origin) == ("2025-08-12", Origin.URL)


@pytest.mark.parametrize(
    "case_id",
    ["byline-site-as-author", "byline-graph-other-person", "byline-given-family", "byline-river"],
)
def test_a_known_failure_of_bylines_does_not_happen(case_id, cases):
    case = cases[case_id]

    assert list(read(case["input"]["html"], url=case["input"]["url"]).authors) == case["expect"]["authors"]


def test_a_folder_of_an_image_is_no_date(cases):
    case = cases["date-image-path"]

    assert read(case["input"]["html"]).published.at is None


def test_an_update_is_kept_apart_from_the_publication(cases):
    case = cases["date-updated-vs-published"]
    fetched_at = datetime(2025, 8, 15, tzinfo=UTC)

    reading = reading_of(replace(page(case["input"]["html"]), fetched_at=fetched_at))

    assert reading.published.iso() == case["expect"]["published_utc"]
    assert reading.modified.iso() == "2025-08-14T16:00:00Z"


@pytest.mark.parametrize("case_id", ["canonical-homepage", "canonical-conflict"])
def test_a_canonical_link_that_cannot_be_true_is_not_taken(case_id, cases):
    case = cases[case_id]

    assert read(case["input"]["html"], url=case["input"]["url"]).canonical_url == ""


def test_a_page_without_any_date_is_of_unknown_date():
    html = article_html(paragraphs() + '<img src="/img/2019/03/04/a.jpg"><footer>© 2021 News</footer>')

    assert read(html).published.iso() is None


def test_a_teaser_behind_a_paywall_is_flagged():
    html = article_html(paragraphs(), head=json_ld(isAccessibleForFree=False))

    assert read(html).flags == (Flag.PAYWALLED,)


@pytest.mark.parametrize(
    ("html", "fate"),
    [
        ("<html><body><div id='app'></div></body></html>", Fate.NOT_ARTICLE),
        ("<html><body><h1>Video</h1><p>Watch.</p></body></html>", Fate.TOO_SHORT),
        (
            "<html><head><title>We value your privacy</title></head><body><h1>We value your privacy</h1><p>We and our "
            "partners store cookies on your device. You may consent to our use of cookies or reject all of them. "
            "Read our privacy policy to learn how we use this information and change your choice.</p></body></html>",
            Fate.CONSENT_WALL,
        ),
    ],
)
def test_a_page_that_is_no_article_says_why(html, fate):
    reading = read(html)

    assert reading.fate is fate
    assert reading.reason


@pytest.mark.parametrize(
    ("title", "fate"),
    [
        ("404", Fate.NOT_ARTICLE),
        ("404 - Not found", Fate.NOT_ARTICLE),
        ("Página no encontrada", Fate.NOT_ARTICLE),
        ("404 prisoners moved since January", None),
        ("Prisoner 404", None),
    ],
)
def test_a_notice_that_the_page_is_gone_is_no_article_and_a_number_in_a_headline_is_no_notice(title, fate):
    assert read(article_html(paragraphs(), title=title)).fate is fate


def test_the_language_is_that_of_the_text_not_of_the_template():
    spanish = "".join(
        f"<p>{text}</p>"
        for text in (
            "El gobierno mexicano entregó este martes a 26 personas acusadas de pertenecer a cárteles.",
            "Los trasladados salieron en aviones militares desde tres aeropuertos, detalló la fiscalía.",
        )
    )

    assert read(article_html(spanish, title="Entregan a 26 acusados")).language == "es"
    assert read(article_html(paragraphs())).language == "en"
