"""Whether an article tells of one move, or of many and of none: laws, totals, studies, several cases."""

from collections.abc import Sequence

from pipeline.judging.facts.departures import is_planned
from pipeline.judging.facts.heads import is_head
from pipeline.judging.facts.single import single
from pipeline.judging.facts.telling import Telling, is_told
from pipeline.judging.lexicon import Hit

__all__ = ["is_from_many_lands", "is_of_a_subject", "is_of_no_one_move"]

# No state has sent so many at once: such a number is a total.
_TOTAL = 100
_YEAR_DIGITS = 4
_NEXT, _NEAR = 2, 4
# What opens a question of whether, and no news of what happened.
_OPEN = frozenset("can could may might should would will puede pueden podria podrian debe deben".split())
_THOUSANDS = (",", ".")


def is_of_no_one_move(tellings: Sequence[Telling]) -> bool:
    """Return whether the beginning speaks of a total or of several cases, or the headline asks."""
    headline = tellings[0] if tellings and tellings[0].is_headline else None
    if headline and (_has_total(headline) or _asks(headline) or _has_cases(headline)):
        return True
    is_of_one = headline is not None and single(headline) is not None
    return not is_of_one and any(_has_total(each) for each in tellings if each.sentence.number == 1)


def is_of_a_subject(tellings: Sequence[Telling]) -> bool:
    """Return whether an article is of a treaty, a study or an opinion, which may tell a move as well."""
    return any(
        _is_headline_of_a_subject(each) if each.is_headline else _begins_a_subject(each)
        for each in tellings
        if not each.is_body
    )


def _begins_a_subject(telling: Telling) -> bool:
    """Return whether the first sentence is of a study, or what stands before it calls it an opinion."""
    if is_head(telling.sentence):
        return bool(telling.marks("subjects"))
    return telling.sentence.number == 1 and bool(telling.marks("studies"))


def is_from_many_lands(telling: Telling) -> bool:
    """Return whether those moved come from several countries: from four countries."""
    return any(
        _number_before(telling, land)
        and any(0 < land.start - hit.end < _NEAR for hit in telling.marks("many"))
        for land in telling.marks("lands")
    )


def _has_total(telling: Telling) -> bool:
    """Return whether people are counted by the hundred: extradited 2,300 people."""
    words, spans = telling.sentence.words, telling.sentence.spans
    for at, word in enumerate(words):
        if not word.isdecimal():
            continue
        end = at + 1
        if end < len(words) and words[end].isdecimal():
            between = telling.sentence.text[spans[at][1] : spans[end][0]]
            end += between in _THOUSANDS
        is_large = end > at + 1 or (int(word) >= _TOTAL and len(word) < _YEAR_DIGITS)
        if is_large and any(0 <= hit.start - end < _NEXT for hit in telling.marks("many")):
            return True
    return False


def _asks(headline: Telling) -> bool:
    return "?" in headline.sentence.text and not _OPEN.isdisjoint(headline.sentence.words[:_NEXT])


def _has_cases(headline: Telling) -> bool:
    return any(_number_before(headline, hit) for hit in headline.marks("cases"))


def _number_before(telling: Telling, hit: Hit) -> bool:
    before = telling.sentence.words[max(0, hit.start - _NEXT) : hit.start]
    return any(word in telling.terms.numbers or word.isdecimal() for word in before)


def _is_headline_of_a_subject(headline: Telling) -> bool:
    words = headline.sentence.words
    if all(words[hit.start - 1 : hit.start] == ("in",) for hit in headline.marks("subjects")):
        return False  # None, or an in-law.
    return not any(is_told(move) and not is_planned(headline, move) for move in headline.moves)
