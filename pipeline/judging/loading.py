"""A watch's table -> Watch, and the watches that come with Tearsheet."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources

from pipeline.errors import QueryError, WatchError
from pipeline.judging.evidence import Concepts, Mechanism
from pipeline.judging.lexicon import Concept, Lexicon, Meaning
from pipeline.judging.sentences import Place
from pipeline.judging.tables import Table
from pipeline.judging.watch import Watch
from pipeline.query import parse
from pipeline.syntax import And, Everything, Field, FieldName, Node, Not, Or, Published

__all__ = ["builtin_watches", "load_watch", "watches_from"]

_COMPANY = (Concept.PLACE, Concept.CUSTODY, Concept.CRIME)
_CRIME = (Concept.CRIME, Concept.GROUP, Concept.PERSON)
_ONE_COUNTRY = "one_country"
_NUMBERS = ("threshold", "positions", "company", "weights")
_TERMS = ("mechanisms", "crime", "custody", "groups", "people", "places", "agencies", "against")
_CONCEPT_KEYS = (*_NUMBERS, *_TERMS)
_KEYS = ("enabled", "query", *_CONCEPT_KEYS)
_LANGUAGE_LENGTH = 2


def load_watch(name: str, table: Mapping[str, object], origin: str) -> Watch:
    """Return the watch a table describes; WatchError, with ``origin`` in front, where it is wrong."""
    return _watch(name, Table(table, f"{origin}: [watches.{name}]"))


@cache
def builtin_watches() -> tuple[Watch, ...]:
    """Return the watches that come with Tearsheet; they are read once."""
    folder = resources.files("pipeline.judging").joinpath("watches")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(
        load_watch(file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8")), file.name)
        for file in files
    )


def watches_from(tables: Mapping[str, Mapping[str, object]], origin: str) -> tuple[Watch, ...]:
    """Return the built-in watches with the user's tables replacing or switching them, then the user's own.

    A table that holds nothing but ``enabled`` switches the built-in watch of its name.
    """
    watches = {watch.name: watch for watch in builtin_watches()}
    for name, table in tables.items():
        if name in watches and table.keys() <= {"enabled"}:
            enabled = Table(table, f"{origin}: [watches.{name}]").flag("enabled", default=True)
            watches[name] = replace(watches[name], enabled=enabled)
        else:
            watches[name] = load_watch(name, table, origin)
    return tuple(watches.values())


def _watch(name: str, table: Table) -> Watch:
    table.only(_KEYS)
    enabled = table.flag("enabled", default=True)
    has_concepts = any(key in table.values for key in _CONCEPT_KEYS)
    if has_concepts == ("query" in table.values):
        table.fail("needs either a query or concepts (threshold, mechanisms, crime, ...), and not both")
    return Watch(name=name, enabled=enabled, question=_concepts(table) if has_concepts else _query(table))


def _query(table: Table) -> Node:
    try:
        node = parse(table.text("query"))
    except QueryError as error:
        raise WatchError(f"{table.name} query: {error}") from error
    if isinstance(node, Everything):
        table.fail("query holds no word; write what the articles must hold")
    if any(isinstance(leaf, Published) or _is_watch(leaf) for leaf in _leaves(node)):
        table.fail("query may use words, title:, source:, lang:, author: and url:, not watch:, after: or before:")
    return node


def _is_watch(leaf: Node) -> bool:
    return isinstance(leaf, Field) and leaf.name is FieldName.WATCH


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case _:
            yield node


def _concepts(table: Table) -> Concepts:
    weights = table.table("weights")
    weights.only((*_CRIME, _ONE_COUNTRY))
    positions, company = table.table("positions"), table.table("company")
    positions.only(Place)
    company.only(_COMPANY)
    return Concepts(
        lexicons=_lexicons(table),
        mechanisms={name: _mechanism(each) for name, each in table.table("mechanisms").tables().items()},
        company={concept: company.number(concept) for concept in _COMPANY},
        crime={concept: weights.number(concept) for concept in _CRIME},
        against={name: each.number("weight") for name, each in table.table("against").tables().items()},
        positions={place: positions.number(place) for place in Place},
        one_country=weights.number(_ONE_COUNTRY),
        threshold=table.number("threshold"),
    )


def _mechanism(table: Table) -> Mechanism:
    return Mechanism(weight=table.number("weight"), needs=table.count("needs"))


def _lexicons(table: Table) -> dict[str, Lexicon]:
    terms = (*_spoken(table), *_named(table))
    languages = {language for language, _, _ in terms}
    return {
        language: Lexicon(
            (term, meaning) for spoken, term, meaning in terms if language in ("", spoken) or not spoken
        )
        for language in languages | {""}
    }


def _spoken(table: Table) -> Iterator[tuple[str, str, Meaning]]:
    """Yield the terms that belong to a language, each with it."""
    for key, concept in (("crime", Concept.CRIME), ("custody", Concept.CUSTODY)):
        yield from _by_language(table.table(key), Meaning(concept), keys=())
    for key, concept, keys in (
        ("mechanisms", Concept.MECHANISM, ("weight", "needs")),
        ("against", Concept.AGAINST, ("weight",)),
    ):
        for name, each in table.table(key).tables().items():
            yield from _by_language(each, Meaning(concept, name), keys=keys)


def _by_language(table: Table, meaning: Meaning, *, keys: tuple[str, ...]) -> Iterator[tuple[str, str, Meaning]]:
    for language in table.values.keys() - set(keys):
        if len(language) != _LANGUAGE_LENGTH:
            table.only((*keys, "en", "es"))
        yield from ((language, term, meaning) for term in table.terms(language))


def _named(table: Table) -> Iterator[tuple[str, str, Meaning]]:
    """Yield the names, which are the same in every language."""
    for key, concept in (("groups", Concept.GROUP), ("people", Concept.PERSON)):
        for name, each in table.table(key).tables().items():
            each.only(("names", "beside"))
            yield from (("", term, Meaning(concept, name)) for term in each.terms("names"))
            yield from (("", term, Meaning(concept, name, is_ambiguous=True)) for term in each.terms("beside"))
    for name, each in table.table("agencies").tables().items():
        each.only(("country", "names"))
        meaning = Meaning(Concept.AGENCY, name, each.text("country"))
        yield from (("", term, meaning) for term in each.terms("names"))
    places = table.table("places")
    for country in places.values:
        yield from (("", term, Meaning(Concept.PLACE, country, country)) for term in places.terms(country))
