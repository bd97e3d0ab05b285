"""What people type, the tree it means, and the articles that tree finds."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import QueryError
from pipeline.facts import Fact, Facts, Mechanism, Stage
from pipeline.items import Article, ChannelKind, Fate, Judgement, Stamp
from pipeline.query import Matcher, found, matches, parse
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
from pipeline.words import words, written

NOON = datetime(2025, 8, 12, 12, tzinfo=UTC)


def an_article(**changes: Any) -> Article:
    article = Article(
        url="https://diario.example/mexico/2025/08/12/entrega",
        url_key="diario.example/mexico/2025/08/12/entrega",
        source="el-diario",
        channel=ChannelKind.FEED,
        title="México entrega a 26 reos",
        standfirst="Segunda entrega masiva del año",
        text="Un vuelo salió de Toluca.\n\nHallan explosivo C-4; Núñez viajó a los U.S. a las 12:30.",
        text_hash="",
        language="es",
        authors=("Ana Peña", "Luis Ortiz"),
        published=Stamp(at=NOON),
        seen_at=datetime(2025, 8, 13, tzinfo=UTC),
        judgements=(
            Judgement(watch="cartel-extraditions", score=0.9, relevant=True),
            Judgement(watch="water", score=0.1, relevant=False),
        ),
        facts=Facts(
            mechanism=Fact(Mechanism.TRANSFER, "", ""),
            stage=Fact(Stage.CARRIED_OUT, "", ""),
            count=Fact(26, "", ""),
            names=(Fact("José López Pérez", "", ""),),
            groups=(Fact("Cártel de Sinaloa", "", ""),),
        ),
    )
    return replace(article, **changes)


def text(*parts: str, **changes: Any) -> Text:
    return Text(tuple(parts), **changes)


A, B, C = text("a"), text("b"), text("c")
MECHANISM = Field(FieldName.MECHANISM, "extradition")


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", Everything()),
        (" \t\n", Everything()),
        ("?! … -- - * ()", Everything()),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a and b", And((A, text("and"), B))),
        ("a or not b", And((A, text("or"), text("not"), B))),
        ("a OR b", Or((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a (b c)", And((A, B, C))),
        ("(a OR b) OR c", Or((A, B, C))),
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("-(a OR b)", Not(Or((A, B)))),
        ('-"a b"', Not(text("a", "b"))),
        ("NOT NOT a", Not(Not(A))),
        ("--a", A),
        ("a - b", And((A, B))),
        ('"a b"', text("a", "b")),
        ("“a b”", text("a", "b")),
        ("«a b»", text("a", "b")),
        ('"a b', text("a", "b")),
        ('"AND"', text("and")),
        ('a""b', And((A, B))),
        ("(a b", And((A, B))),
        ("a) b", And((A, B))),
        ("a,b", text("a", "b")),
        ("AK-47", text("ak", "47")),
        ("U.S.", text("u", "s")),
        ("o'brien", text("o", "brien")),
        ("o’brien", text("o", "brien")),
        ("e-mail 26.5", And((text("e", "mail"), text("26", "5")))),
        ("c++", C),
        ("EXTRADICIÓN", text("extradicion")),
        ("extradit*", text("extradit", prefix=True)),
        ("extradit*,", text("extradit", prefix=True)),
        ('"el menc*"', text("el", "menc", prefix=True)),
        ("narco-traf*", text("narco", "traf", prefix=True)),
        ("title:a", text("a", scope=Scope.TITLE)),
        ('title: "a b"', text("a", "b", scope=Scope.TITLE)),
        ("title:(a OR -b)", Or((text("a", scope=Scope.TITLE), Not(text("b", scope=Scope.TITLE))))),
        ("TITLE:AND", text("and", scope=Scope.TITLE)),
        ("a NEAR/3 b", Near(A, B, 3)),
        ("a NEAR b", Near(A, B, 10)),
        ("a NEAR/0 b c", And((Near(A, B, 0), C))),
        ("a near b", And((A, text("near"), B))),
        ('"a b" NEAR/5 extradit*', Near(text("a", "b"), text("extradit", prefix=True), 5)),
        ("-a NEAR/5 b", Not(Near(A, B, 5))),
        ("a NEAR/5 b OR c", Or((Near(A, B, 5), C))),
        ("a NEAR/5 (b OR c)", Or((Near(A, B, 5), Near(A, C, 5)))),
        ("(a OR b) NEAR/5 c", Or((Near(A, C, 5), Near(B, C, 5)))),
        ("title:(a NEAR b)", Near(text("a", scope=Scope.TITLE), text("b", scope=Scope.TITLE), 10)),
        ("title:a NEAR title:b", Near(text("a", scope=Scope.TITLE), text("b", scope=Scope.TITLE), 10)),
        ('="El Mayo"', Exact(("El", "Mayo"))),
        ("=“El Mayo”", Exact(("El", "Mayo"))),
        ("=Año", Exact(("Año",))),
        ('="an\u0303o"', Exact(("año",))),
        ('="C-4, U.S."', Exact(("C", "4", "U", "S"))),
        ('-="a"', Not(Exact(("a",)))),
        ('title:="Año"', Exact(("Año",), Scope.TITLE)),
        ('title:(="Año" OR b)', Or((Exact(("Año",), Scope.TITLE), text("b", scope=Scope.TITLE)))),
        ('a ="..." b', And((A, B))),
        ("a=b", text("a", "b")),
        ("a = b", And((A, B))),
        ("-lang:ES", Not(Field(FieldName.LANG, "es"))),
        ('author:"Ana  Peña"', Field(FieldName.AUTHOR, "ana pena")),
        ("source:(x OR y)", Or((Field(FieldName.SOURCE, "x"), Field(FieldName.SOURCE, "y")))),
        ("watch:cartel-extraditions", Field(FieldName.WATCH, "cartel-extraditions")),
        ("url:diario.example/a", Field(FieldName.URL, "diario.example/a")),
        ("https://Diario.example/a/#top", Field(FieldName.URL, "diario.example/a")),
        ("a -http://x.example/a:b", And((A, Not(Field(FieldName.URL, "x.example/a:b"))))),
        ("story:0012", Field(FieldName.STORY, "12")),
        ("fate:Copy", Field(FieldName.FATE, "copy")),
        ("fate:near-copy", Field(FieldName.FATE, "near_copy")),
        ('stage:"carried out"', Field(FieldName.STAGE, "carried_out")),
        ("mechanism:(extradition OR transfer)", Or((MECHANISM, replace(MECHANISM, value="transfer")))),
        ('group:"Cártel de Sinaloa"', Field(FieldName.GROUP, "cartel de sinaloa")),
        ("person:Guzm*", Field(FieldName.PERSON, "guzm")),
        ("12:30", text("12", "30")),
        ("México: a", And((text("mexico"), A))),
        ("a :) b", And((A, B))),
        ("after:2025-08-12", Published(Bound.AFTER, datetime(2025, 8, 12, tzinfo=UTC))),
        ("before:2025", Published(Bound.BEFORE, datetime(2025, 1, 1, tzinfo=UTC))),
        ("after:7d", Published(Bound.AFTER, datetime(2025, 8, 5, 12, tzinfo=UTC))),
        ("after:36h", Published(Bound.AFTER, datetime(2025, 8, 11, tzinfo=UTC))),
    ],
)
def test_what_a_person_types_means_this_tree(typed: str, tree: Node) -> None:
    assert parse(typed, now=NOON) == tree


@pytest.mark.parametrize(
    ("typed", "position", "hint"),
    [
        ("a AND", 2, "AND needs something after it"),
        ("a OR ()", 2, "OR needs something after it"),
        ("OR a", 0, "OR needs something before it"),
        ("a AND AND b", 2, "AND needs something after it"),
        ("a NOT", 2, "NOT needs something after it"),
        ("a (b OR) c", 5, "OR needs something after it"),
        ("a -()", 2, "- needs something after it"),
        ("a sorce:b", 2, "did you mean source:?"),
        ('a zzz:"b"', 2, "the fields are title source"),
        ("a title:", 2, "title: needs a value"),
        ("a title:... b", 2, "title: needs a value"),
        ("lang: AND b", 0, "lang: needs a value"),
        ("a ex*", 2, "3 letters or more"),
        ("source:el*", 7, "without a star"),
        ("a =(b)", 2, "= needs a word or a phrase"),
        ('author:="Ana"', 7, "never looks at case or accents"),
        ('="el menc*"', 1, "without a star"),
        ('a NEAR ="B"', 2, "NEAR stands between words and phrases"),
        ("a NEAR", 2, "NEAR needs something after it"),
        ("NEAR/5 a", 0, "NEAR/5 needs something before it"),
        ("a NEAR/3 -b", 2, "NEAR/3 needs something after it"),
        ("a NEAR/x b", 2, "as in NEAR/5"),
        ("a NEAR/5, b", 2, "as in NEAR/5"),
        ("a NEAR/51 b", 2, "at most 50 words"),
        ("a NEAR b NEAR c", 9, "NEAR joins two"),
        ("a NEAR (b c)", 2, "NEAR stands between words and phrases"),
        ("a NEAR lang:es", 2, "NEAR stands between words and phrases"),
        ("title:a NEAR b", 8, "write title:(a NEAR b)"),
        ("story:a", 6, "the number of a story"),
        ("story:0", 6, "the number of a story"),
        ("story:" + "9" * 19, 6, "the number of a story"),
        ("fate:copied", 5, "did you mean copy?"),
        ("mechanism:zzz", 10, "it takes extradition, transfer"),
        ("stage:grant*", 6, "without a star"),
        ("after:yesterday", 6, "write 2025-08-12"),
        ("after:2025-02-30", 6, "write 2025-08-12"),
        ("before:0000", 7, "write 2025-08-12"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands_with_a_hint(
    typed: str, position: int, hint: str
) -> None:
    with pytest.raises(QueryError) as refused:
        parse(typed)

    assert refused.value.position == position
    assert hint in str(refused.value)


def test_a_time_ago_is_refused_when_there_is_no_now() -> None:
    with pytest.raises(QueryError, match="a time ago has no meaning here"):
        parse("after:7d")


@pytest.mark.parametrize(
    ("typed", "limit"),
    [
        ("a " * 201, "200 words"),
        ('"' + "a " * 201 + '"', "200 words"),
        (
            "(" + " OR ".join("abcdefghijklmno") + ") NEAR (" + " OR ".join("abcdefghijklmno") + ")",
            "200 words",
        ),
        ("(" * 33 + "a", "32 parentheses"),
        ("NOT " * 33 + "a", "32 parentheses"),
        ("a" * 4097, "4096 characters"),
    ],
)
def test_a_search_without_bounds_is_refused(typed: str, limit: str) -> None:
    with pytest.raises(QueryError, match=limit):
        parse(typed)


@pytest.mark.parametrize("typed", ["a " * 200, "(" * 32 + "a" + ")" * 32, "a" * 4096])
def test_a_search_at_the_bounds_is_understood(typed: str) -> None:
    assert matches(parse(typed), an_article(title=typed))


@pytest.mark.parametrize(
    "typed",
    [
        "mexico ENTREGA",
        '"26 reos"',
        "reo*",
        '"segunda entrega"',
        "mexico NEAR/2 26",
        "26 NEAR/2 mexico",
        '"26 reos" NEAR/1 entreg*',
        "entrega NEAR/1 (26 OR 27)",
        "un NEAR/50 30",
        '="México entrega"',
        '="los U.S"',
        '="masiva del año"',
        'title:="México"',
        '-="mexico"',
        "title:mexico",
        "c-4",
        "nunez U.S.",
        "12:30",
        "lang:es source:El-Diario",
        "author:peña",
        "https://diario.example/mexico/2025/08/12/entrega",
        "url:/2025/08/",
        "watch:cartel-extraditions",
        "after:2025-08-12 before:2025-08-13",
        "(toluca OR zapopan) -clima",
        "-watch:water",
        "group:sinaloa mechanism:transfer stage:carried-out",
        'person:"lopez perez" -person:guzman',
        "-story:1",
    ],
)
def test_an_article_is_found_by_what_it_holds(typed: str) -> None:
    assert matches(parse(typed), an_article())


@pytest.mark.parametrize(
    "typed",
    [
        "mexic",
        '"reos segunda"',
        "reos NEAR segunda",
        '="mexico"',
        '="MÉXICO"',
        '="ano"',
        '="añ"',
        '="reos Segunda"',
        'title:="año"',
        "mexico NEAR/1 26",
        "toluca NEAR/5 toluca",
        "vuelo NEAR/5 vuel*",
        '"segunda entrega" NEAR/5 entrega',
        '"reos 26"',
        "title:toluca",
        "title:segunda",
        "lang:en",
        "source:diario",
        "watch:water",
        "group:CJNG",
        "mechanism:extradition",
        "person:sinaloa",
        "person:2",
        "story:1",
        "fate:new",
        "after:2025-08-13",
        "before:2025-08-12",
        "toluca -entrega",
        "C-40",
        "nunezz",
    ],
)
def test_an_article_is_not_found_by_what_it_lacks(typed: str) -> None:
    assert not matches(parse(typed), an_article())


def test_an_undated_article_is_placed_by_when_it_was_seen() -> None:
    undated = an_article(published=Stamp())

    assert matches(parse("after:2025-08-13"), undated)
    assert not matches(parse("before:2025-08-13"), undated)


def test_an_article_without_facts_says_nothing() -> None:
    assert not matches(parse("mechanism:transfer OR person:lopez"), an_article(facts=None))


def test_the_place_of_an_article_is_known_where_a_corpus_gave_it_one() -> None:
    placed = Matcher(an_article(), story=12, fate=Fate.COPY)

    assert placed.matches(parse("story:12 fate:copy"))
    assert not placed.matches(parse("story:1 OR fate:new"))


def test_found_names_the_words_and_values_that_matched_and_no_others() -> None:
    tree = parse(
        'entreg* ("26 reos" OR zapopan) toluca NEAR/5 vuelo lang:es -clima after:2025-01-01 author:pena'
        ' entrega ="México"'
    )

    assert found(tree, an_article()) == (
        "entrega",
        "26 reos",
        "vuelo salio de toluca",
        "lang:es",
        "after:2025-01-01",
        "author:pena",
        "México",
    )


def test_found_is_empty_when_the_tree_does_not_match() -> None:
    assert found(parse("entrega zapopan"), an_article()) == ()


PLAIN_SEARCHES = (
    "fts-hyphen",
    "fts-dots",
    "fts-leading-minus",
    "fts-open-quote",
    "fts-accents",
    "fts-false-diacritic",
)


@pytest.mark.parametrize("case_id", [*PLAIN_SEARCHES, "store-like-accents"])
def test_a_plain_search_finds_what_a_person_expects(cases: dict[str, dict[str, Any]], case_id: str) -> None:
    case = cases[case_id]
    typed = case["input"]["query"]
    tree = parse(f"{case['input']['field']}:{typed}" if "field" in case["input"] else typed)

    hits = [
        document["id"]
        for document in case["input"]["docs"]
        if matches(tree, an_article(title=document["title"], standfirst="", text=document.get("text", "")))
    ]

    assert hits == case["expect"]["ids"]


def test_a_blank_search_is_told_apart_so_that_it_can_be_answered_with_nothing(
    cases: dict[str, dict[str, Any]],
) -> None:
    assert parse(cases["fts-empty"]["input"]["query"]) == Everything()


# Operators, quotes and fields turn up far more often here than in random text.
_FRAGMENTS = st.sampled_from(
    [
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "NEAR/3",
        "=",
        "-",
        "(",
        ")",
        '"',
        "“",
        "*",
        "title:",
        "after:",
        "7d",
        "https://x",
        "né",
        "12:30",
        ":",
        " ",
    ]
)
_TYPED = st.one_of(st.text(), st.lists(st.one_of(_FRAGMENTS, st.text(max_size=4))).map("".join))


@given(_TYPED)
def test_whatever_is_typed_gives_a_tree_or_a_query_error(typed: str) -> None:
    try:
        tree = parse(typed, now=NOON)
    except QueryError as refusal:
        refused: QueryError | None = refusal
    else:
        refused = None
        assert matches(tree, an_article()) or not found(tree, an_article())

    assert refused is None or (0 <= refused.position <= len(typed) and "\n" not in str(refused))


_WORD = (
    st.text("abcdefgéñ42", min_size=3, max_size=8).map(words).map(tuple).filter(lambda parts: len(parts) == 1)
)
_WORDS = st.lists(_WORD, min_size=1, max_size=3).map(lambda parts: sum(parts, ()))
_TEXTS = st.builds(Text, _WORDS, st.sampled_from(Scope), st.booleans())
_NEARS = st.builds(
    lambda scope, sides, between: Near(*(replace(side, scope=scope) for side in sides), between),
    st.sampled_from(Scope),
    st.tuples(_TEXTS, _TEXTS),
    st.integers(0, 50),
)
_EXACTS = st.builds(
    Exact,
    st.text("abñÁé42 ,-\u0301", min_size=1, max_size=12).map(written).map(tuple).filter(len),
    st.sampled_from(Scope),
)
_VALUES = {
    FieldName.STORY: st.integers(1, 10**18 - 1).map(str),
    FieldName.FATE: st.sampled_from(Fate).map(str),
    FieldName.MECHANISM: st.sampled_from(Mechanism).map(str),
    FieldName.STAGE: st.sampled_from(Stage).map(str),
}
_FIELDS = st.sampled_from(FieldName).flatmap(
    lambda name: st.builds(Field, st.just(name), _VALUES.get(name, _WORD.map("".join)))
)
_TIMES = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
)
_LEAVES = st.one_of(_TEXTS, _EXACTS, _NEARS, _FIELDS, st.builds(Published, st.sampled_from(Bound), _TIMES))


def _compound(kind: type[And] | type[Or], parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    unlike = parts.filter(lambda part: not isinstance(part, kind))
    return st.lists(unlike, min_size=2, max_size=3).map(lambda chosen: kind(tuple(chosen)))


_TREES = st.recursive(
    _LEAVES,
    lambda parts: st.one_of(st.builds(Not, parts), _compound(And, parts), _compound(Or, parts)),
    max_leaves=8,
)


def rendered(node: Node) -> str:
    match node:
        case Text(parts, scope, prefix):
            head = "title:" if scope is Scope.TITLE else ""
            return f'{head}"{" ".join(parts)}{"*" if prefix else ""}"'
        case Exact(parts, scope):
            return f'{"title:" if scope is Scope.TITLE else ""}="{" ".join(parts)}"'
        case Near(left, right, between):
            return f"{rendered(left)} NEAR/{between} {rendered(right)}"
        case Field(name, value):
            return f"{name}:{value}"
        case Published(bound, at):
            return f"{bound}:{at:%Y-%m-%d}"
        case Not(part):
            return f"-({rendered(part)})"
        case And(parts):
            return " ".join(f"({rendered(part)})" for part in parts)
        case Or(parts):
            return " OR ".join(f"({rendered(part)})" for part in parts)
        case Everything():
            return ""


@given(_TREES)
def test_a_tree_written_out_is_read_as_the_same_tree(tree: Node) -> None:
    assert parse(rendered(tree)) == tree
