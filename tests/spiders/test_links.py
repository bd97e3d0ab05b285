"""What a channel links to -> an address that can be fetched."""

import pytest

from spiders.links import is_same_site, web_address

BASE = "https://news.example.org/dir/feed.xml"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("nota", "https://news.example.org/dir/nota"),
        (" https://news.example.org/a\n b ", "https://news.example.org/a b"),
        ("//cdn.example.org/a", "https://cdn.example.org/a"),
        ("https://news.example.org/a?x=1&amp;y=2", "https://news.example.org/a?x=1&y=2"),
        ("https://news.example.org/cmp/Dia%25", "https://news.example.org/cmp/Dia%25"),
        ("https://news.example.org/ver.php?20250812", "https://news.example.org/ver.php?20250812"),
        ("", None),
        ("mailto:a@b.example", None),
        ("java\nscript:alert(1)", None),
        ("http://", None),
        ("http://[x", None),
        ("http://a.example:port/", None),
        ("http://a b.example/", None),
        ("a" + " " * 100_000 + "b", "https://news.example.org/dir/a" + " " * 100_000 + "b"),
    ],
)
def test_a_link_is_an_absolute_web_address_as_written_or_none(link, address):
    assert web_address(link, base=BASE) == address


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("https://www.example.org/a", "http://example.org/b?c", True),
        ("https://m.example.org/", "https://english.example.org/a", True),
        ("https://example.org/", "https://other.example/", False),
        ("https://example.org/", "https://badexample.org/", False),
        ("https://example.org/", "https://example.org:8443/", False),
        ("https://example.org/", "https://[x/", False),
        ("", "", False),
    ],
)
def test_one_site_is_one_host_or_a_host_under_it(one, other, is_one):
    assert is_same_site(one, other) is is_one
