"""A key is never fetched: the server is asked for the address as its publisher wrote it."""

import pytest
from scrapy import Request

from spiders.links import web_address


@pytest.mark.parametrize("case_id", ["url-percent-25", "url-flag-param"])
def test_an_address_is_asked_for_as_it_was_written(case_id, cases):
    case = cases[case_id]

    address = web_address(case["input"]["fetch"], base="https://news.example.org/")

    assert address is not None
    assert Request(address).url == case["expect"]["fetch"]
