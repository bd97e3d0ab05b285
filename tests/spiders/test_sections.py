"""A section page -> entries."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import pytest

from pipeline.items import Origin, Source
from spiders.article_addresses import is_article_address
from spiders.documents import Unreadable
from spiders.sections import SectionContent, entries_from_section, section_content

URL = "https://www.diario.example/nacion/"
SOURCE = Source(name="diario", timezone="America/Mexico_City")
FRONT_PAGES = sorted((Path(__file__).parent / "front_pages").glob("*.html"))


def read(markup, *, source=SOURCE, **options):
    content = section_content(markup.encode(), url=URL, source=source, **options)
    return content.entries if isinstance(content, SectionContent) else content


def found_and_right(page):
    """The articles found on a front page, and those whose links are marked with data-article."""
    markup = page.read_text(encoding="utf-8")
    url = re.search(r"<!-- (\S+) -->", markup)[1]
    links = [tag for tag in re.findall(r"<a\b[^>]*>", markup, re.IGNORECASE) if "data-article" in tag]
    right = {urljoin(url, re.search(r'href="([^"]+)"', tag, re.IGNORECASE)[1]) for tag in links}
    return {entry.url for entry in section_content(markup.encode(), url=url, source=SOURCE).entries}, right


@pytest.mark.parametrize("page", FRONT_PAGES, ids=lambda page: page.stem)
def test_no_menu_topic_author_or_promotion_of_a_front_page_is_taken_for_an_article(page):
    found, right = found_and_right(page)

    assert found <= right


def test_of_the_articles_on_all_front_pages_nearly_every_one_is_found():
    pages = [found_and_right(page) for page in FRONT_PAGES]

    assert len(pages) >= 20
    assert sum(len(found & right) for found, right in pages) >= 0.98 * sum(len(right) for _, right in pages)


PAGE = """<!doctype html><html><head><title>Nación</title></head><body class="has-menu menu-open">
<nav><a href="/nacion/la-nota-que-esta-en-el-menu-hoy">Una nota larga que está en el menú</a></nav>
<div class="site-menu"><a href="/nacion/otra-nota-que-esta-en-el-menu">Otra nota larga que está en el menú</a></div>
<main>
  <article><a href="/nacion/trasladan-a-26-reos-a-texas"><img src="1.jpg"></a>
    <h2><a href="/nacion/trasladan-a-26-reos-a-texas">Trasladan a 26 reos a Texas</a></h2>
    <a href="/nacion/trasladan-a-26-reos-a-texas#comentarios">Lea y deje aquí su comentario</a>
    <a href="/autor/ana-maria-ruiz-perez">Por Ana María Ruiz Pérez Gómez</a></article>
  <a href="/nacion/2025/08/12/capo"><div><h3>Extraditan a un capo de Sonora</h3><p>Salió de madrugada.</p></div></a>
  <h3><a href="https://nacion.diario.example/nota/123456">La nota con número en la dirección</a></h3>
  <a href="/nacion/leer-mas-de-esta-nota-larga">Leer más</a>
  <a href="https://otro.example/una-nota-de-otro-sitio-web">Una nota larga de un sitio ajeno</a>
  <a href="javascript:abrir()">Un botón con un texto bastante largo</a>
  <a href="/tag/extradicion-de-capos-a-texas">Todo sobre la extradición de capos</a>
  <a href="/nacion/">Todas las noticias de la nación hoy</a>
</main>
<footer><a href="/quienes/somos-el-diario-de-todos-aqui">Conozca más sobre nuestro diario</a></footer>
</body></html>"""


def test_a_section_page_gives_its_articles_in_page_order_each_once_with_its_headline():
    entries = read(PAGE)

    assert [(entry.url, entry.title) for entry in entries] == [
        ("https://www.diario.example/nacion/trasladan-a-26-reos-a-texas", "Trasladan a 26 reos a Texas"),
        ("https://www.diario.example/nacion/2025/08/12/capo", "Extraditan a un capo de Sonora"),
        ("https://nacion.diario.example/nota/123456", "La nota con número en la dirección"),
    ]
    assert {(entry.source, entry.channel) for entry in entries} == {("diario", "section")}


def test_links_are_relative_to_the_base_of_the_page():
    markup = '<base href="/archivo/"><a href="trasladan-a-26-reos-a-texas">Trasladan a 26 reos a Texas</a>'

    assert [entry.url for entry in read(markup)] == [
        "https://www.diario.example/archivo/trasladan-a-26-reos-a-texas"
    ]


def test_a_page_in_undeclared_latin_1_keeps_its_letters():
    markup = '<a href="/nacion/extraditan-a-un-capo-hoy">La extradición de un señor capo</a>'

    [entry] = entries_from_section(markup.encode("latin-1"), url=URL, source=SOURCE)

    assert entry.title == "La extradición de un señor capo"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "empty"),
        ("<rss></rss>", "list it under feeds"),
        ("<urlset></urlset>", "list it under sitemaps"),
        ('<html><div id="app"></div></html>', "script"),
        ("<!-- -->", "no HTML page"),
    ],
)
def test_what_is_no_section_page_says_so(body, said):
    content = read(body)

    assert isinstance(content, Unreadable)
    assert said in content.reason


@pytest.mark.parametrize(
    ("path", "is_article"),
    [
        ("/nacion/trasladan-a-26-reos-a-texas/", True),
        ("/nacion/trasladan_a_26_reos_a_texas.html", True),
        ("/2025/08/12/capo", True),
        ("/20250812/capo.html", True),
        ("/nota/1234567", True),
        ("/nota/d3b07384-d9a0-4c9b-8f3e-2b1a7c6d5e4f", True),
        ("/?p=1234", True),
        ("/seccion/politica/extraditan-a-un-capo", True),
        ("/", False),
        ("/nacion", False),
        ("/2025/08/12", False),
        ("/2025/08/12/", False),
        ("/tag/un-tema-de-cuatro-palabras", False),
        ("/category/un-tema-de-cuatro-palabras", False),
        ("/suscripciones/oferta-de-verano-por-un-mes", False),
        ("/docs/el-informe-de-la-fiscalia.pdf", False),
    ],
)
def test_an_article_is_told_by_the_shape_of_its_address(path, is_article):
    assert is_article_address("https://www.diario.example" + path) is is_article


CARD = (
    '<article><a href="{0}"><img src="1.jpg"></a><h2><a href="{0}">{1}</a></h2>'
    '<time datetime="{2}">hoy</time></article>'
)


def test_an_article_of_two_words_is_found_by_its_card_with_its_time():
    markup = CARD.format("/nacion/cae-capo", "Cae capo", "2025-08-12T10:00:00-06:00")

    [entry] = read(markup, fetched_at=datetime(2025, 8, 12, 18, tzinfo=UTC))

    assert (entry.url, entry.title) == ("https://www.diario.example/nacion/cae-capo", "Cae capo")
    assert entry.published.iso() == "2025-08-12T16:00:00Z"
    assert entry.published.origin is Origin.TEXT


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2025-08-12", "2025-08-12"),
        ("2025-08-12T10:00", "2025-08-12T16:00Z"),
        ("hace 2 horas", None),
        ("08/12/25", None),
        ("2031-01-01", None),
    ],
)
def test_a_time_is_as_exact_as_it_is_written_and_unknown_where_it_cannot_be(written, read_as):
    markup = CARD.format("/nacion/cae-capo", "Cae capo", written)
    source = replace(SOURCE, timezone="America/Toronto" if "/" in written else SOURCE.timezone)

    [entry] = read(markup, source=source, fetched_at=datetime(2025, 8, 12, 18, tzinfo=UTC))

    assert entry.published.iso() == read_as


def test_the_time_of_another_card_is_not_taken():
    cards = CARD.format("/nacion/cae-capo", "Cae capo", "2025-08-12") + (
        '<article><h2><a href="/nacion/otra-nota">Otra nota de este mismo diario</a></h2></article>'
    )

    assert [entry.published.iso() for entry in read(cards)] == ["2025-08-12", None]


@pytest.mark.parametrize(
    "markup",
    [
        '<ul><li><a href="/estados-unidos">Estados Unidos</a></li><li><a href="/el-mundo">El mundo</a></li>'
        '<li><a href="/dinero-y-negocios">Dinero</a></li></ul>',
        "<nav>" + CARD.format("/nacion/cae-capo", "Cae capo", "2025-08-12") + "</nav>",
        '<div class="tag-cloud"><a href="/cartel-de-sinaloa-y-sus-jefes">Cártel de Sinaloa y sus jefes</a></div>',
        '<ol class="breadcrumb"><li><a href="/secretaria-de-relaciones-exteriores">Secretaría de Relaciones</a></li></ol>',
        '<p class="post-author"><img src="a.jpg"><a href="/ana-ruiz">Ana Ruiz</a> <time datetime="2025-08-12"></time></p>',
        '<h2><a href="/ciudad-de-mexico">Ciudad de México</a></h2>',
        '<a href="/aviso-de-privacidad-integral-del-diario">Aviso de privacidad integral del diario</a>',
        '<h3><a rel="author" href="/ana-ruiz-escribe-de-justicia">Ana Ruiz escribe de justicia</a></h3>',
        '<h2><a href="/nacion/cae-capo"></a></h2>',
        '<a href="/nacion/trasladan-a-26-reos-a-texas">Ver más</a>',
        '<h2><a href="/">Todas las noticias del diario</a></h2>',
    ],
)
def test_what_leads_to_no_article_is_left(markup):
    assert isinstance(read(markup), Unreadable)


def test_a_section_under_which_others_are_filed_is_no_article():
    cards = "".join(
        CARD.format(f"/guerra-del-narco-en-sinaloa/nota-{word}", f"La nota {word}", "2025-08-12")
        for word in ("una", "dos", "tres")
    )
    markup = cards + CARD.format("/guerra-del-narco-en-sinaloa", "Guerra del narco en Sinaloa", "2025-08-12")

    assert [entry.title for entry in read(markup)] == ["La nota una", "La nota dos", "La nota tres"]


def test_an_article_linked_with_and_without_tracking_is_one():
    markup = (
        '<a href="/nacion/trasladan-a-26-reos-a-texas?utm_source=portada"><img src="1.jpg"></a>'
        '<h2><a href="/nacion/trasladan-a-26-reos-a-texas">Trasladan a 26 reos a Texas</a></h2>'
    )

    assert [entry.title for entry in read(markup)] == ["Trasladan a 26 reos a Texas"]


def test_a_list_in_json_ld_is_read_where_a_script_writes_the_page():
    markup = """<script type="application/ld+json">{"@type": "ItemList", "itemListElement": [
      {"@type": "ListItem", "url": "/nacion/cae-capo"},
      {"@type": "ListItem", "item": {"@type": "NewsArticle", "@id": "/nacion/reos", "name": "Reos &amp; jueces",
       "datePublished": "2025-08-12"}},
      {"@type": "ListItem", "url": "/nacion/cae-capo?utm_source=lista"},
      {"@type": "ListItem", "item": {"@type": "SiteNavigationElement", "url": "/el-mundo-de-hoy-en-dia"}},
      {"@type": "ListItem", "url": "https://otro.example/una-nota-de-otro-sitio-web"}, 7, {"item": null}]}
    </script><script type="application/ld+json">{broken</script><div id="app"></div>"""

    entries = read(markup)

    assert [(entry.url, entry.title, entry.published.iso()) for entry in entries] == [
        ("https://www.diario.example/nacion/cae-capo", "", None),
        ("https://www.diario.example/nacion/reos", "Reos & jueces", "2025-08-12"),
    ]
    assert entries[1].published.origin is Origin.JSON_LD


def test_a_selector_decides_instead_of_the_shape_and_on_any_host():
    source = replace(SOURCE, article_links=".nota")
    markup = (
        '<a class="nota" href="/x">X</a><div class="nota"><h3>La nota con su título</h3><a>sin</a><a href="/y#z">Leer más</a>'
        '<time datetime="2025-08-12"></time></div><a class="nota" href="https://otro.example/z">Z, en otro sitio</a>'
        '<a class="nota" href="javascript:abrir()">Botón</a><p class="nota">Nada</p><a href="/nacion/trasladan-a-26-reos-a-texas">Trasladan a 26 reos</a>'
    )

    entries = read(markup, source=source)

    assert [(entry.url, entry.title) for entry in entries] == [
        ("https://www.diario.example/x", ""),
        ("https://www.diario.example/y", "La nota con su título"),
        ("https://otro.example/z", "Z, en otro sitio"),
    ]
    assert entries[1].published.iso() == "2025-08-12"


def test_a_selector_that_finds_nothing_says_so():
    content = read(PAGE, source=replace(SOURCE, article_links=".noticia a"))

    assert content == Unreadable("article_links (.noticia a) selects no link of the page")


def test_the_next_page_is_told_with_the_articles():
    content = section_content((PAGE + '<a rel="next" href="?page=2">2</a>').encode(), url=URL, source=SOURCE)

    assert len(content.entries) == 3
    assert content.next_url == "https://www.diario.example/nacion/?page=2"
    assert entries_from_section(PAGE.encode(), url=URL, source=SOURCE) == content.entries


def test_a_page_that_ends_early_is_read_to_its_end():
    markup = "<html><body><p>Publicidad</p></body></html>" + CARD.format("/nacion/cae-capo", "Cae capo", "")

    assert [entry.title for entry in read(markup)] == ["Cae capo"]


def test_of_a_link_around_label_headline_and_summary_the_headline_is_the_title():
    markup = (
        '<a href="/nacion/trasladan-a-26-reos-a-texas"><!-- <b>Un comentario de cuatro palabras --><span>Nación</span>'
        f"<b>Trasladan a 26 reos a Texas</b><p>{'Salieron de madrugada. ' * 30}</p></a>"
        f'<a href="/nacion/el-indice-de-todas-las-notas">{"Una lista sin fin. " * 30}</a>'
    )

    assert [entry.title for entry in read(markup)] == ["Trasladan a 26 reos a Texas"]


def test_a_link_deep_within_its_card_is_read():
    markup = (
        f"<li>{'<div>' * 9}<a href='/nacion/cae-capo'>Cae capo</a>{'</div>' * 9}<time>2025-08-12</time></li>"
    )

    assert [(entry.title, entry.published.iso()) for entry in read(markup)] == [("Cae capo", "2025-08-12")]


LINK = '<li><h3><a href="/n/el-capo-numero-{0}-cae">El capo número {0} cae</a></h3></li>'


@pytest.mark.parametrize(
    "page",
    [
        lambda n: "".join(LINK.format(number) for number in range(n)),
        lambda n: "<div>" * 200 + LINK.format(1) * n,
        lambda n: '<div class="post-meta">' * n + LINK.format(1) * n,
        lambda n: (
            "".join(f'<a href="?page={number}">{number % 9999}</a>' for number in range(n)) + LINK.format(1)
        ),
        lambda n: LINK.format("-a/" * n),
        lambda n: (
            f'<div class="{"nav- " * n}"><a class="{"a_" * n}title" href="/n/el-capo-que-cae-hoy">El capo cae</a></div>'
        ),
        lambda n: '<script type="application/ld+json">' + "[" * n + "</script>" + LINK.format(1),
    ],
    ids=["links", "one address", "nested", "pages", "long address", "long class", "nested json"],
)
def test_the_cost_of_a_page_grows_no_faster_than_the_page(page):
    def seconds(n):
        began = time.process_time()
        read(page(n))
        return time.process_time() - began

    seconds(1000)
    assert seconds(32_000) < 40 * max(seconds(2000), 0.05)
