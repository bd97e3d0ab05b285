"""One article has one key, whatever form its address takes; two articles have two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.urls import site, trusted_canonical, url_key

PAGE = "https://news.example.org/2025/08/12/traslado"


@pytest.mark.parametrize(
    "case_id", ["url-clean-idempotent", "url-tracking-params", "url-amp-variants", "url-html-escaped-amp"]
)
def test_every_form_of_an_address_has_one_key_and_others_have_their_own(case_id, cases):
    case = cases[case_id]
    through_tag = {"https://news-example-org.cdn.example.test/c/s/news.example.org/nota"}

    keys = {url_key(url) for url in case["input"]["same"] if url not in through_tag}

    assert len(keys) == 1
    assert keys == {case["expect"].get("key", next(iter(keys)))}
    assert not keys & {url_key(url) for url in case["input"].get("distinct", ())}


TWINS = """
    http://www.news.example.org:80/nota            http://news.example.org:443/nota
    https://m.news.example.org/nota/               https://movil.news.example.org/nota
    https://mobile.news.example.org/nota           https://www.m.news.example.org/nota
    https://www2.news.example.org/nota             https://news.example.org./nota
    https://NEWS.example.org/nota#comments         HTTPS://reader:secret@news.example.org/nota
    https://news.example.org//nota;jsessionid=1A2B https://news.example.org/nota?PHPSESSID=1a2b
    https://news.example.org/nota?sid=0123456789abcdef0123456789abcdef
    https://news.example.org/(S(lit3py55t21z5v55vlm25s55))/nota
    https://news.example.org/nota/index.html       https://news.example.org/nota/Default.aspx
    https://news.example.org/a/../nota             https://news.example.org/./x/%2e%2e/nota/.
    https://news.example.org/n%6Fta                https://news.example.org/nota?
    https://news.example.org/nota?seccion=         https://news.example.org/nota?&&
    https://news.example.org/nota/amp              https://news.example.org/nota.amp
    https://news.example.org/amp/nota              https://news.example.org/nota/index.amp.html
    https://news.example.org/nota?view=amp         https://news.example.org/nota?amp_js_v=0.1#amp=1
    https://news-example-org.cdn.ampproject.org/c/s/news.example.org/nota
    https://cdn.ampproject.org/v/s/www.news.example.org/nota/amp?amp_js_v=a6&usqp=mq331
    https://news.example.org/nota?wt.mc_id=a       https://news.example.org/nota?_hsenc=a&_hsmi=1
    https://news.example.org/nota?abclid=7         https://news.example.org/nota?ref=portada
    https://news.example.org/nota#:~:text=26       https://news.example.org/nota#/
""".split()


@pytest.mark.parametrize("url", TWINS)
def test_twins_of_an_address_share_its_key(url):
    assert url_key(url) == "https://news.example.org/nota"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2&utm_id=7"),
        ("https://a.example/x?a=1&#038;b=2", "https://a.example/x?a=1&amp;amp;b=2"),
        ("https://a.example/x.amp.html", "https://a.example/x.html"),
        ("https://a.example/index.php?p=3", "https://a.example/?p=3"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("https://a.example/\n  nota", "https://a.example/nota"),
        ("https://a.example/?20250812=", "https://a.example/?20250812"),
    ],
)
def test_two_spellings_of_one_address_share_a_key(one, other):
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(
    "urls",
    [
        ("https://a.example/x?id=1", "https://a.example/x?id=2", "https://a.example/x", "https://a.example/"),
        ("https://a.example/x?p=1", "https://a.example/x?p=2", "https://a.example/x?page=2"),
        ("https://a.example/2025/nota", "https://a.example/2024/nota", "https://a.example/nota"),
        ("https://a.example/x", "https://a.example/X"),
        ("https://a.example/x", "https://a.example:8443/x", "https://b.example/x", "https://en.a.example/x"),
        ("https://a.example/ver?nota-uno", "https://a.example/ver?nota-dos", "https://a.example/ver"),
        ("https://a.example/story?sid=1234", "https://a.example/story?sid=1235"),
        ("https://a.example/ver?ref=4512", "https://a.example/ver?ref=4513"),
        ("https://a.example/ver?pk_nota=1", "https://a.example/ver?pk_nota=2"),
        ("https://a.example/ver?cid=1", "https://a.example/ver?cid=2"),
        ("https://a.example/ver?view=1", "https://a.example/ver?view=2"),
        ("https://a.example/#!/nota/1", "https://a.example/#!/nota/2", "https://a.example/"),
        ("https://a.example/#/nota/1", "https://a.example/#/nota/2", "https://a.example/"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example/a%25b", "https://a.example/ab", "https://a.example/a%252525b"),
        ("https://a.example/a?x=1%26y=2", "https://a.example/a?x=1&y=2"),
        ("https://a.example/guitar-amp", "https://a.example/guitar"),
        ("https://a.example/ab", "https://a.example/a b"),
        ("https://m.example/x", "https://amp.example/x"),
        ("https://a.example/nota;id=1", "https://a.example/nota;id=2"),
        ("https://a.example/nota.html", "https://a.example/nota"),
        ("https://x.cdn.ampproject.org/c/s/a.example/x", "https://x.cdn.ampproject.org/c/s/b.example/x"),
        (
            "https://x.cdn.ampproject.org/c/s",
            "https://x.cdn.ampproject.org/c/nota",
            "https://x.cdn.ampproject.org/",
        ),
    ],
)
def test_different_articles_never_share_a_key(urls):
    assert len({url_key(url) for url in urls}) == len(urls)


def test_an_international_host_and_an_escaped_letter_are_folded():
    assert url_key("https://españa.example/a%c3%b1o") == url_key("https://xn--espaa-rta.example/año")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://" + "m." * 2000 + "news.example/nota", "https://news.example/nota"),
        ("https://a.example" + "/amp" * 50_000 + "x", "https://a.example/ampx"),
        ("https://a.example" + "/index.amp.html" * 50_000, "https://a.example/"),
        ("https://a.example/x" + ".amp" * 100_000, "https://a.example/x"),
        ("https://a.example/" + "../" * 100_000 + "x", "https://a.example/x"),
        ("https://a.example/?" + "&amp;" * 100_000 + "id=1", "https://a.example/?id=1"),
        ("https://a.example/x?" + "utm_a=1&" * 50_000, "https://a.example/x"),
        ("https://cdn.ampproject.org" + "/c/s/cdn.ampproject.org" * 20_000, None),
        ("https://" + "é" * 50_000 + ".example/", None),
    ],
)
def test_a_hostile_address_has_its_key_too(url, key):
    assert url_key(url) == (key or url)


def test_an_address_that_cannot_be_taken_apart_has_no_site():
    assert site("http://[broken") == ""


PARTS = """
    http:// HTTPS:// www. m. amp. movil. news.example.org españa.example xn--espaa-rta.example cdn.ampproject.org
    news-example-org. /c/s/ /v/ / // /amp .amp .html .amp.html index index.html Default.aspx . .. /.. %2e%2E %
    %25 %2F %4 %41 %6 %61mp; %c3%b1 %F1 ñ ß 。 ． ? & = &amp; amp; &#038; id=1 p=2 print= utm_id=x fbclid=1
    sid=5 ref=100 sid=0123456789abcdef0123456789abcdef ;sid=0123456789abcdef0123456789abcdef ;jsessionid=1A
    (s(lit3py55t21z5v55vlm25s55)) # #! #/ #!/r ! :80 :443 :8080 :0 :x user:secret@ @ [::1] [ ] + ~ ( ) , ; \\ A
""".split()
BLANKS_AND_PIECES = [" ", "\t", "\n", "\u2028", "\xa0", "\x00", "\ud83d", "n\u0303"]
ODD_ADDRESSES = st.tuples(
    st.sampled_from(["", "https://"]),
    st.lists(st.sampled_from(PARTS + BLANKS_AND_PIECES), max_size=12).map("".join),
).map("".join)


@settings(max_examples=3000)
@given(
    ODD_ADDRESSES
    | st.text(st.characters())
    | st.from_regex(r"https?://[a-z.]{1,20}(:\d{1,4})?/[\w%&=?#;/.-]{0,40}")
)
def test_a_key_is_its_own_key_whatever_the_text(url):
    assert url_key(url_key(url)) == url_key(url)


@given(ODD_ADDRESSES, ODD_ADDRESSES)
def test_what_a_page_declares_never_raises_and_is_an_address_or_nothing(declared, page_url):
    assert trusted_canonical((declared,), page_url=page_url).startswith(("http", "HTTP")) or (
        trusted_canonical((declared,), page_url=page_url) == ""
    )


@pytest.mark.parametrize(
    ("declared", "trusted"),
    [
        (("https://news.example.org/traslado",), "https://news.example.org/traslado"),
        (("/traslado",), "https://news.example.org/traslado"),
        (("https://news.example.org/",), ""),
        (("https://news.example.org/a", "https://news.example.org/b"), ""),
        (("https://other.example/traslado",), ""),
        (("http://localhost/traslado",), ""),
        (("https://www.news.example.org/index.html?utm_source=x",), ""),
        (
            ("http://news.example.org/traslado/", "https://news.example.org/traslado"),
            "http://news.example.org/traslado/",
        ),
        (("https://news.example.org/2025/08/",), ""),
        (("https://news.example.org/politica",), ""),
        (("https://news.example.org/es/",), ""),
        (("https://news.example.org/undefined",), ""),
        (("https://news.example.org/a/b/tema/traslado-de-26-acusados-a-texas",), ""),
        (
            ("https://news.example.org/trasladan-a-26-acusados-a-texas",),
            "https://news.example.org/trasladan-a-26-acusados-a-texas",
        ),
        (("https://news.example.org/nota.php?id=77",), "https://news.example.org/nota.php?id=77"),
        (("https://news.example.org:8080/2025/08/12/traslado",), ""),
        (("https://en.news.example.org/2025/08/12/traslado",), ""),
        (("javascript:void(0)",), ""),
        (("https://[broken",), ""),
        ((), ""),
    ],
)
def test_a_canonical_link_is_trusted_only_where_it_can_be_true(declared, trusted):
    assert trusted_canonical(declared, page_url=PAGE) == trusted


@pytest.mark.parametrize(
    ("page_url", "declared", "is_trusted"),
    [
        ("https://a.example/nota.php?id=7", "https://a.example/nota.php", False),
        ("https://a.example/nota.php?id=7", "https://a.example/nota.php?id=7", True),
        ("https://a.example/nota?share=1", "https://a.example/nota", True),
        ("https://a.example/trasladan-a-26-reos-a-texas", "https://a.example/noticias/", False),
        ("https://a.example/?p=123", "https://a.example/traslado/", True),
        ("https://a.example/?p=123", "https://a.example/", False),
        ("https://a.example/nota/amp", "https://a.example/nota", True),
        ("https://a.example/nota-del-dia-de-hoy/2", "https://a.example/nota-del-dia-de-hoy", True),
        ("https://a.example/", "https://a.example/", True),
        ("https://cache.example/c/s/www.a.example/nota", "https://a.example/nota", True),
        ("https://cache.example/c/s/a.example/nota", "https://a.example/", False),
        ("https://cache.example/c/s/ba.example/nota", "https://a.example/nota", False),
        ("https://cache.example/c/s/a.example/nota", "https://b.example/nota", False),
    ],
)
def test_a_canonical_link_may_name_neither_less_than_the_page_nor_another_host_than_it_spells_out(
    page_url, declared, is_trusted
):
    assert trusted_canonical((declared,), page_url=page_url) == (declared if is_trusted else "")


def test_the_copy_in_a_cache_has_the_key_of_its_article_through_its_canonical_link(cases):
    case = cases["url-amp-variants"]["input"]

    canonical = trusted_canonical((case["canonical_tag"],), page_url=case["same"][-1])

    assert url_key(canonical) == cases["url-amp-variants"]["expect"]["key"]
