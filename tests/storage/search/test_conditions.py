"""The search of the corpus answers as the tree applied to each article does."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete

from pipeline.errors import QueryError
from pipeline.facts import Facts
from pipeline.items import Fate, Judgement, Stamp
from pipeline.matching import Matcher
from pipeline.query import parse
from pipeline.syntax import (
    And,
    Bound,
    Everything,
    Exact,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Published,
    Scope,
    Text,
)
from pipeline.words import written
from storage import Corpus
from storage.fts5 import fts5
from storage.search.conditions import conditions
from storage.tables import ARTICLE, FACT, JUDGEMENT, REVISION, TEXT
from tests.postgres import PostgresServer
from tests.storage.builders import NOON, SAID, article, stamp, store

pytestmark = pytest.mark.both_databases

WORDS = [
    "cartel",
    "carteles",
    "cárteles",
    "Núñez",
    "nunez",
    "C-4",
    "26",
    "26.5",
    "AND",
    "not",
    "capo_z",
    "año",
    "o'brien",
]
FOLDED = [
    "cartel",
    "carteles",
    "nunez",
    "c",
    "4",
    "26",
    "5",
    "and",
    "not",
    "capo",
    "z",
    "ano",
    "o",
    "brien",
    "absent",
]

prose = some.lists(some.sampled_from(WORDS), max_size=8).map(" ".join)
times = some.integers(min_value=-3, max_value=3).map(lambda days: NOON + timedelta(days=days))
articles = some.lists(
    some.builds(
        lambda title, standfirst, text, source, language, authors, published, seen_at, watch, facts: article(
            title=title,
            standfirst=standfirst,
            text=text,
            source=source,
            language=language,
            authors=tuple(authors),
            published=stamp(published) if published else Stamp(),
            seen_at=seen_at,
            judgements=(Judgement(watch="Cárteles", score=0.5, relevant=watch),),
            # Of what no watch wants no facts are kept.
            facts=facts if watch else None,
        ),
        prose,
        prose,
        prose,
        some.sampled_from(["gazette", "Diario"]),
        some.sampled_from(["en", "es", ""]),
        some.lists(some.sampled_from(["Ana Núñez", 'Pat "Patch" O\'Brien', "Redacción"]), max_size=2),
        some.none() | times,
        times,
        some.booleans(),
        some.sampled_from([None, Facts(), SAID]),
    ),
    min_size=1,
    max_size=6,
)

texts = some.builds(
    Text,
    some.lists(some.sampled_from(FOLDED), min_size=1, max_size=3).map(tuple),
    some.sampled_from(Scope),
    some.booleans(),
)
fields = some.one_of(
    some.builds(Field, some.just(FieldName.SOURCE), some.sampled_from(["gazette", "diario", "daily"])),
    some.builds(Field, some.just(FieldName.LANG), some.sampled_from(["en", "es", "fr"])),
    some.builds(
        Field, some.just(FieldName.AUTHOR), some.sampled_from(["nunez", "an", '"', "redaccion", "a nunez"])
    ),
    some.builds(Field, some.just(FieldName.URL), some.sampled_from(["example.org/1", "gazette", "/2"])),
    some.builds(Field, some.just(FieldName.WATCH), some.sampled_from(["carteles", "other"])),
    some.builds(Field, some.just(FieldName.STORY), some.sampled_from(["1", "2", "3"])),
    some.builds(Field, some.just(FieldName.FATE), some.sampled_from(["new", "copy"])),
    some.builds(Field, some.just(FieldName.GROUP), some.sampled_from(["nandu", "ana", "los nandues"])),
    some.builds(Field, some.just(FieldName.PERSON), some.sampled_from(["nunez", "los", "ana n"])),
    some.builds(Field, some.just(FieldName.MECHANISM), some.sampled_from(["transfer", "expulsion"])),
    some.builds(Field, some.just(FieldName.STAGE), some.sampled_from(["carried_out", "granted"])),
)
exacts = some.builds(
    Exact,
    some.lists(some.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join).map(written).map(tuple),
    some.sampled_from(Scope),
)
nears = some.builds(Near, texts, texts, some.integers(0, 5))
leaves = (
    texts
    | exacts
    | nears
    | fields
    | some.builds(Published, some.sampled_from(Bound), times)
    | some.just(Everything())
)
trees = some.recursive(
    leaves,
    lambda inner: some.one_of(
        some.builds(Not, inner),
        some.builds(And, some.lists(inner, min_size=1, max_size=4).map(tuple)),
        some.builds(Or, some.lists(inner, min_size=1, max_size=4).map(tuple)),
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def in_memory() -> Iterator[Corpus]:
    """One corpus for all examples: to make the tables costs more than an example."""
    with Corpus.open("sqlite://", write=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def on_server(postgres_server: PostgresServer) -> Iterator[Corpus]:
    """The same in PostgreSQL."""
    url = postgres_server.corpus_url()
    with Corpus.open(url, write=True) as opened:
        yield opened
    postgres_server.drop(url)


def emptied(corpus: Corpus) -> Corpus:
    with corpus.write() as connection:
        for table in (FACT, JUDGEMENT, REVISION, TEXT, ARTICLE):
            connection.execute(delete(table))
    return corpus


@given(articles, some.lists(trees, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_tree_finds_in_the_corpus_what_it_matches_one_by_one(
    in_memory: Corpus, articles: list, trees: list[Node]
) -> None:
    compare(emptied(in_memory), articles, trees)


# Fewer: what the databases have in common is looked at above, and random trees by the differential test.
@given(articles, some.lists(trees, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_tree_finds_the_same_in_postgresql(on_server: Corpus, articles: list, trees: list[Node]) -> None:
    compare(emptied(on_server), articles, trees)


def compare(corpus: Corpus, articles: list, trees: list[Node]) -> None:
    """Ask each tree of the articles in a corpus, and of each article by itself."""
    given = [
        replace(one, url=f"https://gazette.example.org/{index}", url_key=f"key {index}")
        for index, one in enumerate(articles)
    ]
    stored = dict(zip(store(corpus, *given), given, strict=True))
    matchers = {
        record.id: Matcher(stored[record.id], story=record.story, fate=record.fate)
        for record in corpus.export()
    }

    for tree in trees:
        expected = {number for number, one in stored.items() if matchers[number].matches(tree)}

        assert {record.id for record in corpus.export(tree)} == expected
        assert corpus.count(tree) == len(expected)
        ranked = corpus.search(tree, sort="rank")
        assert {hit.id for hit in ranked.articles} == expected
        assert [hit.id for hit in corpus.search(tree).articles] == sorted(
            expected,
            key=lambda number: (stored[number].published.at or stored[number].seen_at, number),
            reverse=True,
        )


@pytest.mark.parametrize(
    ("query", "match", "others"),
    [
        ("capo", '"capo"', 0),
        ('"el capo" -26 extradit*', '(("el capo" AND "extradit" *) NOT "26")', 0),
        ("capo OR title:jefe", '("capo" OR title : "jefe")', 0),
        ('="El Mayo" capo', '("el mayo" AND "capo")', 1),
        ('title:="Mayo"', 'title : "mayo"', 1),
        ('capo -="El Mayo"', '"capo"', 1),
        ("capo NEAR/3 jef*", 'NEAR("capo" "jef" *, 3)', 0),
        ("title:(capo NEAR/3 jefe)", 'title : NEAR("capo" "jefe", 3)', 0),
        ("capo NEAR/3 cap*", 'NEAR("capo" "cap" *, 3)', 1),
        ("el -(capo NEAR jefe)", '("el" NOT NEAR("capo" "jefe", 10))', 0),
        ("capo source:gazette", '"capo"', 1),
        ("(a OR b) -(c OR d) lang:es", '(("a" OR "b") NOT ("c" OR "d"))', 1),
        ("capo OR lang:es", None, 1),
        ("-capo", None, 1),
        ("NOT -capo", '"capo"', 0),
        ('C-4 "', '"c 4"', 0),
        ("", None, 1),
        ("-capo OR -jefe", None, 1),
        ("NOT (capo lang:es)", None, 1),
    ],
)
def test_all_that_is_text_becomes_one_quoted_expression(query: str, match: str | None, others: int) -> None:
    found = conditions(parse(query))

    assert (None if found.match is None else fts5(found.match)) == match
    assert len(found.others) == others


def test_a_tree_of_the_greatest_depth_and_width_is_answered(corpus: Corpus) -> None:
    store(corpus, article(text="capo"))
    deep = "NOT (" * 15 + "capo -otro" + ")" * 15
    wide = " OR ".join(f"w{number}" for number in range(199)) + " OR capo"

    assert corpus.count(deep) == 0
    assert corpus.count(wide) == 1
    assert corpus.count("capo " + " ".join(f"-w{number}" for number in range(190))) == 1


def test_who_asks_for_copies_or_for_what_no_watch_wants_is_shown_them(corpus: Corpus) -> None:
    (first,) = store(corpus, article("a"))
    store(corpus, article("c"), fate=Fate.COPY, compared_with=first)
    store(corpus, article("d", judgements=()), fate=Fate.OFF_TOPIC)

    assert corpus.count("fate:copy") == 1
    assert corpus.count("fate:off_topic") == 1
    assert corpus.count(f"story:{first} (fate:new OR fate:copy)") == 2
    assert corpus.count(f"story:{first} -fate:copy") == 1


_QUERY_CASES = (
    "fts-hyphen",
    "fts-dots",
    "fts-leading-minus",
    "fts-open-quote",
    "fts-empty",
    "fts-accents",
    "fts-false-diacritic",
    "store-like-accents",
)


@pytest.mark.parametrize("name", _QUERY_CASES)
def test_what_people_type_finds_what_they_mean(corpus: Corpus, cases: dict[str, dict], name: str) -> None:
    case = cases[name]
    docs = case["input"]["docs"]
    field = case["input"].get("field")
    store(
        corpus,
        *(
            article(doc["id"], title=doc["title"], text=doc.get("text", ""), external_id=doc["id"])
            for doc in docs
        ),
    )
    query = case["input"]["query"]

    found = corpus.search(f"{field}:{query}" if field else query)

    assert [hit.external_id for hit in found.articles] == case["expect"]["ids"]


@pytest.mark.parametrize(
    "query",
    [
        "c++",
        "o'brien",
        "cartel.x",
        "a AND NOT b",
        "*",
        "author:núñez",
        "NEAR(a b)",
        'x" OR "y',
        "cartel-sinaloa",
        "col:on\x00",
    ],
)
def test_nothing_that_is_typed_reaches_the_index_unquoted(corpus: Corpus, query: str) -> None:
    with suppress(QueryError):
        assert corpus.search(query).count == 0
