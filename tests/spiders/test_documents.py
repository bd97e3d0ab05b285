"""What kind of document an answer is, whatever comes before its first element."""

import pytest

from spiders.documents import DocumentKind, document_kind, html_reason, is_too_deep


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('<?xml version="1.0"?>\n<!-- a > b --><rss version="2.0">', DocumentKind.FEED),
        ('<!DOCTYPE rss PUBLIC "-//x//" "http://x/rss.dtd"><rss>', DocumentKind.FEED),
        ('<!DOCTYPE rss [ <!ENTITY a "b>c"> ]>\n<rss>', DocumentKind.FEED),
        ('<?xml-stylesheet href="a"?><?php echo 1?> <urlset>', DocumentKind.SITEMAP),
        ("<!doctype HTML><p>", DocumentKind.HTML),
        ("<!-- never closed <rss>", DocumentKind.OTHER),
        ("<?never closed <rss>", DocumentKind.OTHER),
        ("plain words", DocumentKind.OTHER),
        ("  \n", DocumentKind.EMPTY),
    ],
)
def test_the_first_element_tells(text: str, kind: DocumentKind) -> None:
    assert document_kind(text) is kind


@pytest.mark.parametrize("piece", ["<!--", "<?", "<!doctype [", "<", "<!-- --> "])
def test_a_crafted_beginning_costs_no_more_than_its_length(piece: str) -> None:
    # A look at every beginning of the rest would take minutes.
    for _ in range(200):
        document_kind(piece * 20_000)


@pytest.mark.parametrize(
    "words",
    ["This domain is for sale", "Buy this domain", "Este dominio está en venta", "Ce domaine est à vendre"],
)
def test_a_page_of_a_domain_for_sale_is_told_from_another_page(words: str) -> None:
    assert "domain for sale" in html_reason(f"<h1>{words}</h1>", expected="a feed")
    assert (
        html_reason("<h1>Noticias</h1>", expected="a feed") == "the address answers an HTML page, not a feed"
    )


def test_elements_one_in_the_other_are_counted_and_those_side_by_side_are_not() -> None:
    assert is_too_deep("<rss>" + "<a>" * 60_000)
    assert not is_too_deep("<rss>" + "<item><title>a</title><link/></item>" * 10_000 + "</rss>")
