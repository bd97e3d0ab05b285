"""Citations that other programs' parsers read back as they were meant."""

import io
import re
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.items import Fate, Precision, Stamp
from pipeline.names import Name, name_from
from storage import Corpus
from storage.articles import Articles
from storage.export.citations import write_bibtex, write_ris
from tests.storage.builders import NOON, UNWANTED, article, decision, stamp, store


def bibtex(corpus: Corpus) -> str:
    out = io.StringIO(newline="")
    assert write_bibtex(corpus.export(), out) == corpus.count()
    return out.getvalue()


def ris(corpus: Corpus) -> str:
    out = io.StringIO(newline="")
    assert write_ris(corpus.export(), out) == corpus.count()
    return out.getvalue()


def entries(text: str, *middlewares: Any) -> list[dict[str, Any]]:
    """Read BibTeX; nothing may be left over, failed or doubled."""
    library = bibtexparser.parse_string(text, append_middleware=list(middlewares))
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries)
    return [
        {"key": entry.key, "type": entry.entry_type} | {field.key: field.value for field in entry.fields}
        for entry in library.entries
    ]


def decoded(text: str) -> list[dict[str, Any]]:
    return entries(text, LatexDecodingMiddleware())


def references(text: str) -> list[dict[str, Any]]:
    return list(rispy.loads(text))


def cited(corpus: Corpus, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Store one article; return its BibTeX entry and its RIS reference."""
    store(corpus, article("a", **changes))
    (entry,), (reference,) = entries(bibtex(corpus)), references(ris(corpus))
    return entry, reference


def test_a_reference_manager_reads_all_that_a_citation_needs(corpus: Corpus) -> None:
    entry, reference = cited(
        corpus,
        title="Entregan a 26 capos",
        standfirst="Llegaron de noche.",
        language="es",
        authors=("Ana Núñez", "Luis de la Cruz"),
        published=stamp(NOON, Precision.DAY),
    )

    assert entry == {
        "type": "online",
        "key": "gazette-1",
        "author": "Núñez, Ana and de la Cruz, Luis",
        "title": "{Entregan a 26 capos}",
        "organization": "gazette",
        "date": "2025-08-12",
        "url": "https://gazette.example.org/a",
        "urldate": "2025-08-12",
        "langid": "spanish",
        "abstract": "Llegaron de noche.",
        "keywords": "cartel-extraditions",
    }
    assert reference == {
        "type_of_reference": "NEWS",
        "id": "gazette-1",
        "authors": ["Núñez, Ana", "de la Cruz, Luis"],
        "title": "Entregan a 26 capos",
        "secondary_title": "gazette",
        "year": "2025",
        "date": "2025/08/12/",
        "urls": ["https://gazette.example.org/a"],
        "access_date": "2025/08/12/",
        "language": "es",
        "abstract": "Llegaron de noche.",
        "keywords": ["cartel-extraditions"],
    }


@pytest.mark.parametrize(
    ("published", "in_bibtex", "in_ris"),
    [
        (stamp(NOON), "2025-08-12", ("2025", "2025/08/12/")),
        (stamp(NOON, Precision.MINUTE), "2025-08-12", ("2025", "2025/08/12/")),
        (stamp(NOON, Precision.MONTH), "2025-08", ("2025", "2025/08//")),
        (Stamp(), None, (None, None)),
    ],
)
def test_a_date_says_no_more_than_is_known(
    corpus: Corpus, published: Stamp, in_bibtex: str | None, in_ris: tuple[str | None, str | None]
) -> None:
    entry, reference = cited(corpus, published=published)

    assert entry.get("date") == in_bibtex
    assert (reference.get("year"), reference.get("date")) == in_ris


HARD = [
    "50% off & more: $5 #1 a_b",
    "{Braces} that } do not { close }}",
    "C:\\new\\title ~home x^2",
    'He said "no", @she = said',
    "«Ñandú» – año — 中文 😀",
    "One\nline\r\nafter\tanother\u2028here",
    "TY  - NEWS\nER  - \nT1  - forged",
    "\\end{document} \\input{/etc/passwd}",
    "}, note = {forged",
    "{pairs {within} pairs}",
]


@pytest.mark.parametrize("said", HARD)
def test_no_text_breaks_out_of_its_field(corpus: Corpus, said: str) -> None:
    store(corpus, article("a", title=said, standfirst=said, authors=(said,)), article("b"))
    line = " ".join(said.split())

    # What reads TeX for this test knows no braces without a partner, and another circumflex.
    text = bibtex(corpus).replace(r"{\textbraceleft}", "⦃").replace(r"{\textbraceright}", "⦄")
    first, second = decoded(text)
    read = [first[name].translate({0x2983: "{", 0x2984: "}", 0x02C6: "^"}) for name in ("title", "abstract")]
    assert [read[0].strip("{}"), read[1]] == [line.strip("{}"), line]
    assert second["title"] == "Title b"
    one, other = references(ris(corpus))
    assert (one["title"], one["abstract"], other["title"]) == (line, line, "Title b")
    assert one.keys() == other.keys() | {"abstract", "authors"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=30), max_size=3))
def test_whatever_is_written_braces_are_paired_and_fields_few(title: str, authors: list[str]) -> None:
    with Corpus.open("sqlite://", write=True) as corpus:
        store(corpus, article("a", title=title, authors=tuple(authors)))
        text, reference_text = bibtex(corpus), ris(corpus)

    depth = 0
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    (entry,) = entries(text)
    assert entry.keys() <= set("type key author title organization date url urldate langid keywords".split())
    assert len(references(reference_text)) == 1
    assert all(re.match(r"[A-Z][A-Z0-9]  - |$", line) for line in reference_text.split("\r\n"))


@pytest.mark.parametrize(
    "url",
    ["https://a.example/x_y?a=1&b=50%25#top", "https://a.example/~ana/{x}", "https://a.example/a b\\c"],
)
def test_an_address_leads_where_it_led(corpus: Corpus, url: str) -> None:
    entry, reference = cited(corpus, url=url)

    expected = url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C").replace(" ", "%20")
    assert (entry["url"], reference["urls"]) == (expected, [expected])


def test_a_body_is_no_person(corpus: Corpus) -> None:
    entry, reference = cited(
        corpus, authors=("Associated Press", "EFE", "Smith, Wesson and Sons", "Ana Ruiz")
    )

    assert entry["author"] == "{Associated Press} and {EFE} and {Smith, Wesson and Sons} and Ruiz, Ana"
    assert reference["authors"] == ["Associated Press", "EFE", "Smith Wesson and Sons", "Ruiz, Ana"]
    (parted,) = entries(bibtex(corpus), SeparateCoAuthors())
    assert len(parted["author"]) == 4


def test_a_key_stays_whatever_becomes_of_its_article(corpus: Corpus) -> None:
    numbers = store(corpus, article("a"), article("b", source="Año & Cía"), article("c", source="año"))
    before = [entry["key"] for entry in entries(bibtex(corpus))]

    changed = article("a", title="Other", authors=("Ana Ruiz",), judgements=(UNWANTED,))
    Articles(corpus).store(changed, decision(Fate.REVISION, article_id=numbers[0]))

    assert [entry["key"] for entry in entries(bibtex(corpus))] == before
    assert len(set(before)) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", key) for key in before)
    assert [one["id"] for one in references(ris(corpus))] == before


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ana García López", Name(family="López", given="Ana García")),
        ("Ludwig van Beethoven", Name(family="van Beethoven", given="Ludwig")),
        ("de la Cruz, Ana", Name(family="de la Cruz", given="Ana")),
        ("Sammy Davis Jr.", Name(family="Davis", given="Sammy", suffix="Jr.")),
        ("Sammy Davis, Jr.", Name(family="Davis", given="Sammy", suffix="Jr.")),
        ("ANA RUIZ", Name(family="RUIZ", given="ANA")),
        ("JD Vance", Name(family="Vance", given="JD")),
        ("Reuters", Name(family="Reuters")),
        ("BBC Mundo", Name(family="BBC Mundo")),
        ("El Universal", Name(family="El Universal")),
        ("Redacción Sinaloa", Name(family="Redacción Sinaloa")),
        ("Smith and Sons", Name(family="Smith and Sons")),
        ("山田 太郎", Name(family="山田 太郎")),
        (",", Name(family="")),
    ],
)
def test_a_name_is_parted_as_those_who_sort_by_surname_do(written: str, name: Name) -> None:
    assert name_from(written) == name


@pytest.mark.parametrize(
    ("written", "family"),
    [
        ("Ana García López", "García López"),
        ("José Luis Pérez", "Pérez"),
        ("José Luis Pérez Soto", "Pérez Soto"),
        ("María de la Luz Gómez", "Gómez"),
        ("Juan de la Torre Ruiz", "de la Torre Ruiz"),
        ("Diana F. Baptista", "Baptista"),
        ("ANA GARCÍA LÓPEZ", "GARCÍA LÓPEZ"),
        ("Ana Ruiz", "Ruiz"),
    ],
)
def test_in_a_spanish_text_a_name_has_two_surnames_after_its_given_names(written: str, family: str) -> None:
    assert name_from(written, language="es").family == family


def test_citations_name_both_surnames_of_a_spanish_byline(corpus: Corpus) -> None:
    entry, reference = cited(corpus, authors=("Ana García López",), language="es")

    assert entry["author"] == "García López, Ana"
    assert reference["authors"] == ["García López, Ana"]


def test_a_suffix_stands_where_each_format_has_it(corpus: Corpus) -> None:
    entry, reference = cited(corpus, authors=("Sammy Davis Jr.",))

    assert (entry["author"], reference["authors"]) == ("Davis, Jr., Sammy", ["Davis, Sammy, Jr."])
