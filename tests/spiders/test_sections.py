"""A section page -> entries."""

import pytest

from pipeline.items import Source
from spiders.documents import Unreadable
from spiders.sections import entries_from_section, is_article_address

URL = "https://www.diario.example/nacion/"
SOURCE = Source(name="diario")


def read(markup, **options):
    return entries_from_section(markup.encode(), url=URL, source=SOURCE, **options)


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
