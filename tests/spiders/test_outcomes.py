"""What came of a request. The failures of a real crawl are in test_article_spider."""

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from pipeline.items import Fate
from spiders.outcomes import trouble_of_failure, trouble_of_page

URL = "https://diario.example/a"


@pytest.mark.parametrize(
    ("content_type", "body", "is_page"),
    [
        ("text/html; charset=utf-8", b"<p>hola", True),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html>", True),
        ("", b"<!DOCTYPE html><p>hola", True),
        ("", b"<p>hola", True),
        ("text/plain", b"\n<html><p>hola", True),
        ("text/html", b"%PDF-1.7", False),
        ("image/jpeg", b"\xff\xd8\xff\xe0", False),
        ("application/rss+xml", b"<?xml version='1.0'?><rss>", False),
        ("text/plain", b"hola", False),
        ("", b"hola", False),
    ],
)
def test_a_page_is_told_by_its_type_or_its_first_bytes(content_type, body, is_page):
    response = Response(URL, headers={"Content-Type": content_type} if content_type else {}, body=body)

    trouble = trouble_of_page(response)

    assert (trouble is None) is is_page
    assert is_page or trouble[0] is Fate.NOT_HTML


@pytest.mark.parametrize(
    ("failure", "fate"),
    [
        (DownloadTimeoutError("30 s"), Fate.TIMEOUT),
        (CannotResolveHostError("x"), Fate.UNREACHABLE),
        (ResponseDataLossError("x"), Fate.UNREACHABLE),
        (ValueError("label too long\nor empty"), Fate.UNREACHABLE),
        (IgnoreRequest("of some kind"), Fate.UNREACHABLE),
    ],
)
def test_a_failure_has_a_fate_and_a_reason_of_one_line(failure, fate):
    found, reason = trouble_of_failure(failure)

    assert found is fate
    assert reason
    assert "\n" not in reason
