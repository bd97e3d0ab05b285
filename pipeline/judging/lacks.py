"""What an article lacks to belong to a watch: for near misses, so that a person can tell rule from fact."""

from collections.abc import Iterator, Sequence

from pipeline.judging.evidence import Companion, Concepts, Finding, Part, Weighed
from pipeline.judging.lexicon import Concept, Hit
from pipeline.judging.sentences import Place, Sentence
from pipeline.matching import Matcher
from pipeline.syntax import And, Everything, Exact, Field, Near, Node, Not, Or, Published, Scope, Text

__all__ = ["lacks_of_finding", "lacks_of_query"]

_NEEDED = {
    Companion.PLACE: "a country or an agency",
    Companion.BORDER: "two countries",
    Companion.SOMEONE: "somebody in custody or known as a criminal",
    Companion.CRIME: "a word of crime",
    Companion.TOWARD: "a country it leads to",
}
_PASSING = frozenset({Place.BODY})


def lacks_of_finding(
    finding: Finding, concepts: Concepts, found: Sequence[tuple[Sentence, tuple[Hit, ...]]]
) -> tuple[str, ...]:
    """Return why what was found does not reach the threshold; nothing where it does.

    ``found`` is every sentence with all its hits, also of names that did not count.
    """
    if finding.score >= concepts.threshold:
        return ()
    said = (
        *_words_that_did_not_count(finding, concepts),
        *_names_that_did_not_count(finding, found),
        *_weak_transfer(finding),
    )
    return tuple(dict.fromkeys(said))


def _words_that_did_not_count(finding: Finding, concepts: Concepts) -> Iterator[str]:
    for each in finding.sentences:
        if each.shows[Part.TRANSFER]:
            continue
        for hit in each.hits:
            if hit.meaning.concept is Concept.MECHANISM:
                yield f"{_quoted(hit, each.sentence)} does not count: {_needed(hit, each, concepts)}"


def _needed(hit: Hit, each: Weighed, concepts: Concepts) -> str:
    mechanism = concepts.mechanisms[hit.meaning.name]
    if each.shows[Part.AGAINST]:
        return "a false friend stands in its sentence"
    if mechanism.is_aftermath:
        return "no other sentence shows a transfer"
    needed = " and ".join(_NEEDED[companion] for companion in sorted(mechanism.needs))
    return f"its sentence needs {needed}"


def _names_that_did_not_count(
    finding: Finding, found: Sequence[tuple[Sentence, tuple[Hit, ...]]]
) -> Iterator[str]:
    counted = {each.sentence: set(each.hits) for each in finding.sentences}
    for sentence, hits in found:
        for hit in hits:
            if hit not in counted.get(sentence, ()):
                yield (
                    f"{_quoted(hit, sentence)} does not count as {hit.meaning.name}: "
                    "no word of crime beside it, and the whole name nowhere"
                )


def _weak_transfer(finding: Finding) -> Iterator[str]:
    told = [each.sentence for each in finding.sentences if each.shows[Part.TRANSFER]]
    if told and all(sentence.place in _PASSING for sentence in told):
        yield f"the transfer is told in {_listed(told)} only, below the lead"
    if finding.shows[Part.AGAINST]:
        yield f"words of another kind of story take {finding.shows[Part.AGAINST]:.2f} of it away"


def _listed(sentences: Sequence[Sentence]) -> str:
    return " and ".join(sentence.label for sentence in sentences[:2]) + (" ..." if len(sentences) > 2 else "")


def _quoted(hit: Hit, sentence: Sentence) -> str:
    start, end = hit.span(sentence)
    return f'"{sentence.text[start:end]}" ({sentence.label})'


def lacks_of_query(query: Node, matcher: Matcher) -> tuple[str, ...]:
    """Return the parts of a query that keep it from finding the article; nothing where it finds it.

    >>> from pipeline.judging.plain import article_from_text
    >>> from pipeline.query import parse
    >>> article = article_from_text(title="Port closed by storm", text="", language="en")
    >>> lacks_of_query(parse("port (strike* OR huelga*) -storm"), Matcher(article))
    ('not found: strike* OR huelga*', 'ruled out by: storm')
    """
    if matcher.matches(query):
        return ()
    parts = query.parts if isinstance(query, And) else (query,)
    return tuple(_failing(part) for part in parts if not matcher.matches(part))


def _failing(part: Node) -> str:
    return f"ruled out by: {_written(part.part)}" if isinstance(part, Not) else f"not found: {_written(part)}"


def _written(node: Node) -> str:
    match node:
        case And(parts):
            return " ".join(map(_inner, parts))
        case Or(parts):
            return " OR ".join(map(_inner, parts))
        case Not(part):
            return f"-{_inner(part)}"
        case Text(words, scope, prefix):
            return _scoped(_phrase(words) + ("*" if prefix else ""), scope)
        case Exact(words, scope):
            return _scoped(f'="{" ".join(words)}"', scope)
        case Near(left, right, between):
            return f"{_written(left)} NEAR/{between} {_written(right)}"
        case Field(name, value):
            return f"{name}:{value}"
        case Published(bound, at):
            return f"{bound}:{at:%Y-%m-%d}"
        case Everything():
            return "everything"


def _phrase(words: tuple[str, ...]) -> str:
    return f'"{" ".join(words)}"' if len(words) > 1 else words[0]


def _scoped(text: str, scope: Scope) -> str:
    return f"title:{text}" if scope is Scope.TITLE else text


def _inner(node: Node) -> str:
    return f"({_written(node)})" if isinstance(node, And | Or) else _written(node)
