"""A section page -> the address of the next one."""

import pytest
from lxml.html import document_fromstring

from spiders.pagination import next_page_address

HOME = "https://www.diario.example/nacion"


def next_of(markup, *, url=HOME, selector=""):
    return next_page_address(document_fromstring(markup), url=url, base=url, selector=selector)


@pytest.mark.parametrize(
    ("url", "markup", "address"),
    [
        (HOME, '<link rel="next" href="/nacion/page/2/">', "/nacion/page/2/"),
        (HOME, '<a rel="nofollow NEXT" href="?page=2">x</a>', "/nacion?page=2"),
        (HOME, '<a href="?after=abc">Older posts »</a>', "/nacion?after=abc"),
        (HOME, '<a href="/nacion?p=2">Página siguiente ›</a>', "/nacion?p=2"),
        (HOME, '<a href="/nacion/2025/07">Más antiguas</a>', "/nacion/2025/07"),
        (HOME, '<a href="/nacion/page/2">&larr; Entradas anteriores</a>', "/nacion/page/2"),
        (HOME, '<a href="/nacion/2">Próxima página</a>', "/nacion/2"),
        (HOME, '<a href="/nacion/2">Page suivante</a>', "/nacion/2"),
        (HOME, '<a href="/nacion/2">Nächste Seite</a>', "/nacion/2"),
        (HOME, '<a href="/nacion/2/" aria-label="Next page"><svg></svg></a>', "/nacion/2/"),
        (HOME, '<li class="pager__item--next"><a href="?page=2"><i></i></a></li>', "/nacion?page=2"),
        (HOME, '<a href="?page=2">»</a>', "/nacion?page=2"),
        (HOME, '<a href="?page=2#lista">Cargar más noticias</a>', "/nacion?page=2"),
        (HOME, '<a href="?page=1">1</a> <a href="?page=2">2</a> <a href="?page=9">9</a>', "/nacion?page=2"),
        (HOME, '<a href="?page=1">2</a> <a href="?page=2">3</a>', "/nacion?page=1"),
        (HOME, '<a href="?start=20">2</a> <a href="?start=40">3</a>', "/nacion?start=20"),
        (HOME, '<a href="/nacion/pagina-2.html">2</a>', "/nacion/pagina-2.html"),
        (HOME + "?page=1", '<a href="?page=0">1</a> <a href="?page=2">Next</a>', "/nacion?page=2"),
        (
            HOME + "/page/3/",
            '<a rel="next" href="/nacion/page/2/">a</a><a href="/nacion/page/4/">Next</a>',
            "/nacion/page/4/",
        ),
        (HOME + "/page/3", '<a href="/nacion/page/2">2</a><a href="/nacion/page/4">4</a>', "/nacion/page/4"),
        (HOME + "/2025/08", '<a href="/nacion/2025/07">Siguiente</a>', "/nacion/2025/07"),
        (HOME + "?idioma=es", '<a href="?idioma=es&amp;page=2">Siguiente</a>', "/nacion?idioma=es&page=2"),
        (HOME + "/index.html", '<a href="index-2.html">2</a>', "/nacion/index-2.html"),
    ],
)
def test_the_page_with_older_articles_is_found(url, markup, address):
    assert next_of(markup, url=url) == "https://www.diario.example" + address


@pytest.mark.parametrize(
    ("url", "markup"),
    [
        (HOME, "<p>Siguiente</p>"),
        (HOME, '<button data-href="?page=2">Cargar más</button>'),
        (HOME, '<a data-href="?page=2">Cargar más</a><a href="#">Siguiente</a><a href="">Next</a>'),
        (HOME, '<a href="javascript:mas(2)">Siguiente</a>'),
        (HOME, '<a rel="next" href="https://otro.example/nacion?page=2">2</a>'),
        (HOME, '<link rel="next" href="https://www.diario.example/nacion/">'),
        (HOME, '<a href="/nacion/otra-nota-que-viene-en-la-galeria">Siguiente</a>'),
        (HOME, '<a href="/deportes">Siguiente</a>'),
        (HOME, '<a class="slider-next" href="/nacion/galeria">›</a>'),
        (HOME, '<a href="/nacion/cae-capo">Ver más</a>'),
        (HOME, '<a href="/deportes?page=2">2</a>'),
        (HOME, '<link rel="prev" href="?page=3"><a href="?page=1">Anterior</a>'),
        (
            HOME + "?page=4",
            '<a href="?page=3">Siguiente</a><a href="/nacion">Next</a><a href="?page=4">4</a>',
        ),
        (HOME + "/page/2/", '<a rel="next" href="/nacion/page/1/">a</a><a href="/nacion/">Older posts</a>'),
    ],
)
def test_an_earlier_page_another_list_an_article_or_a_button_is_no_next_page(url, markup):
    assert next_of(markup, url=url) == ""


def test_a_selector_decides_on_any_host_but_never_on_the_page_itself_or_a_script():
    markup = (
        '<a class="mas" href="javascript:x()">a</a><a class="mas" href="/nacion#b">b</a>'
        '<p class="mas"><a href="https://archivo.example/7">c</a></p><a rel="next" href="?page=2">2</a>'
    )

    assert next_of(markup, selector=".mas") == "https://archivo.example/7"
    assert next_of(markup, selector=".otra") == ""
