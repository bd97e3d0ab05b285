"""A watch's table -> its concepts: the terms of each, and what they weigh."""

from collections.abc import Iterator, Mapping

from pipeline.judging.evidence import Companion, Concepts, Mechanism, Part
from pipeline.judging.lexicon import Concept, Lexicon, Meaning
from pipeline.judging.names import Forms
from pipeline.judging.sentences import Place
from pipeline.judging.tables import Table

__all__ = ["concepts_from"]

_CRIME = (Concept.CRIME, Concept.CRIMINAL, Concept.GROUP, Concept.PERSON)
_NO_BORDER, _CARRIED = "no_border", "carried"
_OPTIONAL = {Companion.TOWARD: 0.0}
_HEADLINES = {"other": "headline_other", "none": "headline_none"}
_LANGUAGE_LENGTH = 2


def concepts_from(table: Table) -> Concepts:
    """Return the concepts of a watch's table; WatchError where one is missing or wrong."""
    weights, company = table.table("weights"), table.table("company")
    weights.only((*_CRIME, _NO_BORDER, _CARRIED, *_HEADLINES.values()))
    company.only(Companion)
    return Concepts(
        lexicons=_lexicons(table),
        mechanisms={name: _mechanism(each) for name, each in table.table("mechanisms").tables().items()},
        company={
            companion: company.number(companion, default=_OPTIONAL.get(companion)) for companion in Companion
        },
        crime={concept: weights.number(concept) for concept in _CRIME},
        hints={name: each.number("weight") for name, each in _hints(table)},
        against={name: each.number("weight") for name, each in table.table("against").tables().items()},
        positions=_positions(table.table("positions")),
        home=_home(table.table("home"), _countries(table.table("places"))),
        no_border=weights.number(_NO_BORDER),
        carried=weights.number(_CARRIED, default=0),
        headline={kind: weights.number(key, default=1) for kind, key in _HEADLINES.items()},
        threshold=table.number("threshold"),
    )


def _positions(table: Table) -> dict[Part, dict[Place, float]]:
    table.only(Part)
    parts = {part: table.table(part) for part in Part}
    for each in parts.values():
        each.only(Place)
    return {part: {place: each.number(place) for place in Place} for part, each in parts.items()}


def _home(table: Table, countries: tuple[str, ...]) -> dict[str, frozenset[str]]:
    return {language: table.choices(language, countries) for language in table.values}


def _mechanism(table: Table) -> Mechanism:
    needs = table.choices("needs", Companion)
    return Mechanism(
        weight=table.number("weight"),
        needs=frozenset(map(Companion, needs)),
        is_aftermath=table.flag("aftermath", default=False),
    )


def _hints(table: Table) -> Iterator[tuple[str, Table]]:
    """Yield the tables under crime that are not a language's list of terms."""
    crime = table.table("crime")
    yield from (
        (name, crime.table(name)) for name, value in crime.values.items() if isinstance(value, Mapping)
    )


def _lexicons(table: Table) -> dict[str, Lexicon]:
    terms = (*_spoken(table), *_named(table))
    languages = {language for language, _, _ in terms}
    return {
        language: Lexicon(
            (term, meaning) for spoken, term, meaning in terms if not language or spoken in ("", language)
        )
        for language in languages | {""}
    }


def _spoken(table: Table) -> Iterator[tuple[str, str, Meaning]]:
    """Yield the terms that belong to a language, each with it."""
    for key, concept in (
        ("crime", Concept.CRIME),
        ("criminals", Concept.CRIMINAL),
        ("custody", Concept.CUSTODY),
    ):
        named = [name for name, _ in _hints(table)] if concept is Concept.CRIME else []
        yield from _by_language(table.table(key), Meaning(concept), keys=(*named,))
    for name, each in _hints(table):
        yield from _by_language(each, Meaning(Concept.HINT, name), keys=("weight",))
    for key, concept, keys in (
        ("mechanisms", Concept.MECHANISM, ("weight", "needs", "aftermath")),
        ("against", Concept.AGAINST, ("weight",)),
    ):
        for name, each in table.table(key).tables().items():
            yield from _by_language(each, Meaning(concept, name), keys=keys)


def _by_language(
    table: Table, meaning: Meaning, *, keys: tuple[str, ...]
) -> Iterator[tuple[str, str, Meaning]]:
    for language in (key for key in table.values if key not in keys):
        if len(language) != _LANGUAGE_LENGTH:
            table.only((*keys, "en", "es"))
        yield from ((language, term, meaning) for term in table.terms(language))


def _named(table: Table) -> Iterator[tuple[str, str, Meaning]]:
    """Yield the names, most of which are the same in every language."""
    for key, concept in (("groups", Concept.GROUP), ("people", Concept.PERSON)):
        for name, each in table.table(key).tables().items():
            each.only(("names", "beside", "given"))
            sure, unsure = each.terms("names"), each.terms("beside")
            if given := each.text("given"):
                forms = Forms(name, given, (*sure, *unsure))
                sure, unsure = (*forms.whole, *sure), (*forms.short, *unsure)
            yield from (("", term, Meaning(concept, name)) for term in sure)
            yield from (
                ("", term, Meaning(concept, name, is_ambiguous=True)) for term in unsure if term not in sure
            )
    for name, each in table.table("agencies").tables().items():
        each.only(("country", "names"))
        meaning = Meaning(Concept.AGENCY, name, each.text("country"))
        yield from (("", term, meaning) for term in each.terms("names"))
    places = table.table("places")
    for language, each in (("", places), *((name, places.table(name)) for name in _of_one_language(places))):
        for country in _countries(each):
            meaning = Meaning(Concept.PLACE, country, country)
            yield from ((language, term, meaning) for term in each.terms(country))


def _countries(places: Table) -> tuple[str, ...]:
    return tuple(country for country in places.values if country not in _of_one_language(places))


def _of_one_language(places: Table) -> frozenset[str]:
    """Return the languages whose own names of places have a table within that of all."""
    return frozenset(name for name, value in places.values.items() if isinstance(value, Mapping))
