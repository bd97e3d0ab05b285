"""One article has one key, whatever form its address takes; two articles have two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.urls import site, trusted_canonical, url_key

PAGE = "https://news.example.org/2025/08/12/traslado"


@pytest.mark.parametrize(
    "case_id", ["url-clean-idempotent", "url-tracking-params", "url-amp-variants", "url-html-escaped-amp"]
)
def test_every_form_of_an_address_has_one_key_and_others_have_their_own(case_id, cases):
    case = cases[case_id]
    through_tag = {"https://news-example-org.cdn.example.test/c/s/news.example.org/nota"}

    keys = {url_key(url) for url in case["input"]["same"] if url not in through_tag}

    assert len(keys) == 1
    assert keys == {case["expect"].get("key", next(iter(keys)))}
    assert not keys & {url_key(url) for url in case["input"].get("distinct", ())}


@pytest.mark.parametrize(
    "url",
    [
        "http://www.news.example.org:80/nota",
        "https://m.news.example.org/nota/",
        "https://NEWS.example.org/nota#comments",
        "https://news.example.org//nota;jsessionid=1A2B",
    ],
)
def test_twins_of_an_address_share_its_key(url):
    assert url_key(url) == "https://news.example.org/nota"


def test_ports_paths_and_parameters_that_select_content_make_a_difference():
    urls = (
        "https://a.example/x?id=1",
        "https://a.example/x?id=2",
        "https://a.example:8443/x?id=1",
        "https://a.example/X",
    )

    assert len({url_key(url) for url in urls}) == len(urls)


def test_an_international_host_and_an_escaped_letter_are_folded():
    assert url_key("https://españa.example/a%c3%b1o") == url_key("https://xn--espaa-rta.example/año")


def test_a_hostile_address_has_its_key_too():
    assert url_key("https://" + "m." * 2000 + "news.example/nota") == "https://news.example/nota"
    assert url_key("https://news.example" + "/amp" * 50_000 + "x").endswith("/ampx")


def test_an_address_that_cannot_be_taken_apart_has_no_site():
    assert site("http://[broken") == ""


@given(st.text(st.characters()) | st.from_regex(r"https?://[a-z.]{1,20}(:\d{1,4})?/[\w%&=?#;/.-]{0,40}"))
def test_a_key_is_its_own_key_whatever_the_text(url):
    assert url_key(url_key(url)) == url_key(url)


@pytest.mark.parametrize(
    ("declared", "trusted"),
    [
        (("https://news.example.org/traslado",), "https://news.example.org/traslado"),
        (("/traslado",), "https://news.example.org/traslado"),
        (("https://news.example.org/",), ""),
        (("https://news.example.org/a", "https://news.example.org/b"), ""),
        (("https://other.example/traslado",), ""),
        (("http://localhost/traslado",), ""),
        (("javascript:void(0)",), ""),
        (("https://[broken",), ""),
        ((), ""),
    ],
)
def test_a_canonical_link_is_trusted_only_where_it_can_be_true(declared, trusted):
    assert trusted_canonical(declared, page_url=PAGE) == trusted
