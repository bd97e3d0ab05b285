"""How we ask."""

import pytest
from scrapy import Request
from scrapy.http import Headers

from pipeline.items import Validators
from spiders.outcomes import BudgetSpent
from spiders.politeness import RunBudget, conditional_headers, crawl_settings, validators_from_headers


def settings(contact="robot@tearsheet.example"):
    return crawl_settings(
        delay_seconds=1.5,
        concurrency=32,
        timeout_seconds=30,
        max_page_bytes=1000,
        contact=contact,
        version="0.1",
    )


def test_one_request_a_host_is_under_way_and_robots_txt_is_obeyed():
    polite = settings()

    assert polite["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
    assert polite["DOWNLOAD_DELAY"] == 1.5
    assert polite["ROBOTSTXT_OBEY"] is True
    assert polite["RETRY_ENABLED"] is False


def test_certificates_are_verified_and_no_door_is_left_open():
    safe = settings()

    assert safe["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert safe["TELNETCONSOLE_ENABLED"] is False
    assert safe["REMOTE_CONTROL_ENABLED"] is False
    assert safe["DOWNLOAD_HANDLERS"] == {"file": None, "data": None, "ftp": None, "s3": None}


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("robot@tearsheet.example", "Tearsheet/0.1 (+robot@tearsheet.example)"),
        ("", "Tearsheet/0.1"),
        ("Redacción\r\nX: 1", "Tearsheet/0.1 (+Redaccin X: 1)"),
    ],
)
def test_the_user_agent_says_who_asks_in_plain_letters(contact, agent):
    assert settings(contact)["USER_AGENT"] == agent


def test_the_budget_of_one_source_is_not_spent_by_another():
    budget = RunBudget(budget_seconds=0)
    budget.process_request(Request("https://a.example/", meta={"tearsheet_source": "a"}))
    budget.process_request(Request("https://b.example/", meta={"tearsheet_source": "b"}))
    budget.process_request(Request("https://a.example/robots.txt"))

    with pytest.raises(BudgetSpent):
        budget.process_request(Request("https://a.example/2", meta={"tearsheet_source": "a"}))


def test_validators_are_sent_back_as_they_came():
    kept = validators_from_headers(
        Headers({"ETag": 'W/"1"', "Last-Modified": "Tue, 12 Aug 2025 14:30:00 GMT"})
    )

    assert conditional_headers(kept) == {
        "If-None-Match": 'W/"1"',
        "If-Modified-Since": "Tue, 12 Aug 2025 14:30:00 GMT",
    }
    assert conditional_headers(Validators()) == {}
