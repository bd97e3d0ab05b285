"""What belongs to one site."""

import pytest
from scrapy import Request

from spiders.sites import site_of, site_of_url


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://news.example.org/a", "example.org"),
        ("https://example.org:8443/a", "example.org"),
        ("https://WWW.Deportes.Diario.com.mx./a", "diario.com.mx"),
        ("https://www.news.co.uk/a", "news.co.uk"),
        ("https://one.github.io/a", "one.github.io"),
        ("https://github.io/a", "github.io"),
        ("https://a.b.news.example/", "news.example"),
        ("http://127.0.0.1:8080/a", "127.0.0.1:8080"),
        ("http://127.0.0.1/a", "127.0.0.1"),
        ("http://[2001:db8::1]:81/a", "2001:db8::1:81"),
        ("http://localhost:9000/a", "localhost:9000"),
    ],
)
def test_subdomains_are_one_site_and_addresses_are_their_own(url, site):
    assert site_of(Request(url)) == site
    assert site_of_url(url) == site
