"""A source whose channel answers, and whose pages do not, says so: in the list and at a check."""

import json
from collections.abc import Callable

import pytest

from tests.tearsheet.commands import Desk
from tests.tearsheet.harbor import Harbor, page

PAGES = 4


def refused(harbor: Harbor) -> None:
    for number in range(PAGES):
        harbor.page(f"/a{number}", "no", status=403)


def forbidden(harbor: Harbor) -> None:
    harbor.page("/robots.txt", "User-agent: *\nDisallow: /a\n", content_type="text/plain")


def paywalled(harbor: Harbor) -> None:
    said = json.dumps({"@type": "NewsArticle", "headline": "A story", "isAccessibleForFree": False})
    for number in range(PAGES):
        teaser = page(number, paragraphs=2 if number else 0)
        harbor.page(
            f"/a{number}",
            teaser.replace("</head>", f'<script type="application/ld+json">{said}</script></head>'),
        )


def walled(harbor: Harbor) -> None:
    wall = "<p>We and our partners use cookies: your consent is needed by our privacy policy.</p>" * 3
    for number in range(PAGES):
        harbor.page(f"/a{number}", f"<title>Consent</title><body><article>{wall}</article>")


def gone(harbor: Harbor) -> None:
    for number in range(PAGES):
        harbor.forget(f"/a{number}")


def failing(harbor: Harbor) -> None:
    for number in range(PAGES):
        harbor.page(f"/a{number}", "no", status=500)


@pytest.mark.parametrize(
    ("wall", "health", "says"),
    [
        (refused, "blocked", "were refused (blocked), though its channels answer"),
        (forbidden, "blocked", "are forbidden by its robots.txt"),
        (paywalled, "blocked", "are a teaser before a paywall"),
        (walled, "blocked", "are a consent wall"),
        (gone, "changed", "are gone, though its channels list them"),
        (failing, "failing", "did not answer, or with an error, though its channels do"),
    ],
)
def test_what_stands_before_the_pages_is_told_with_what_to_do(
    desk: Desk, harbor: Harbor, wall: Callable[[Harbor], None], health: str, says: str
) -> None:
    harbor.print(PAGES)
    wall(harbor)
    desk.configure(harbor.config("workers = 1"))

    checked = desk.ask("sources", "check", "harbor", "--json")
    desk.run("collect")
    (listed,) = desk.ask("sources", "list", "--json").json

    assert checked.json["finding"].startswith(f"3 of 3 pages {says}; ")
    assert listed["health"] == health
    assert listed["finding"].startswith(f"{PAGES} of {PAGES} pages {says}; ")


def test_a_wall_that_fell_is_told_no_longer(desk: Desk, harbor: Harbor) -> None:
    harbor.print(PAGES)
    refused(harbor)
    desk.configure(harbor.config("workers = 1"))
    checked = desk.ask("sources", "check", "harbor")
    desk.run("collect")

    for number in range(PAGES):
        harbor.page(f"/a{number}", page(number))
    desk.run("collect", *(part for number in range(PAGES) for part in ("--url", harbor.url(f"/a{number}"))))

    assert checked.out.splitlines()[-1].startswith("3 of 3 pages were refused (blocked)")
    (listed,) = desk.ask("sources", "list", "--json").json
    assert (listed["health"], listed["finding"]) == ("ok", "")
