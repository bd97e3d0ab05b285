"""A page that ends before its article does is read to its end, as a browser reads it."""

import pytest

from pipeline.reading.tree import parse, without_ends
from tests.pipeline.reading.pages import PARAGRAPHS, article_html, paragraphs, read

TITLE = "Mexico hands over 26 prisoners"
HEAD = f'<!doctype html><html lang="en"><head><title>{TITLE} | News</title></head>'
ARTICLE = f"<article><h1>{TITLE}</h1>{paragraphs()}</article>"


@pytest.mark.parametrize(
    "html",
    [
        f"{HEAD}<body><header>Menu</header></body></html>{ARTICLE}</body></html>",
        f"{HEAD}<body><header>Menu</header></body></html>{ARTICLE}",
        f"{HEAD}<body><header>Menu</header></BODY\n></HTML >{ARTICLE}",
        f"{HEAD}</html><body>{ARTICLE}</body></html>",
        f"{HEAD}<body></body></html>{HEAD}<body>{ARTICLE}</body></html>",
        article_html(paragraphs("", "</html>", "</body></html>")),
    ],
    ids=["early", "for ever", "odd tags", "before the body", "two documents", "within the text"],
)
def test_a_text_behind_an_early_end_is_read(html: str) -> None:
    reading = read(html)

    assert reading.text == "\n\n".join(PARAGRAPHS)
    assert reading.title == TITLE


def test_what_stands_behind_the_end_is_in_the_body() -> None:
    tree = parse(f"{HEAD}<body><p>One</p></body></html><p>Two</p>")

    assert tree is not None
    assert [element.tag for element in tree] == ["head", "body"]
    assert [element.text for element in tree.body] == ["One", "Two"]


def test_tags_that_begin_and_what_only_looks_like_an_end_stay() -> None:
    html = "<html><body><p>&lt;/body> </bodyguard></htmlx></p>"

    assert without_ends(html + "</body></html>") == html
