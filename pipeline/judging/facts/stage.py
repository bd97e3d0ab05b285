"""How far the move has come: the newest step that the headline or the first sentences tell."""

from collections.abc import Sequence

from pipeline.facts import Fact, Mechanism, Stage
from pipeline.judging.facts.bearings import Bearings
from pipeline.judging.facts.departures import journeys_in
from pipeline.judging.facts.numerals import counted
from pipeline.judging.facts.single import single
from pipeline.judging.facts.steps import steps_in
from pipeline.judging.facts.telling import Telling, is_told
from pipeline.judging.lexicon import Hit

__all__ = ["stage_of"]

# What a sentence says when it tells several steps: the one that comes last in a case.
_ORDER = (
    Stage.CONSENTED,  # Said before a judge who has not to decide on guilt.
    Stage.SENTENCED,
    Stage.IN_COURT,
    Stage.BLOCKED,
    Stage.CARRIED_OUT,
    Stage.GRANTED,
    Stage.REQUESTED,
)
_CLEARLY = 1.5
# Below the lead they tell how it came to the news.
_BACKGROUND = frozenset({Stage.GRANTED, Stage.BLOCKED})
_PLAIN = f"mechanisms.{Mechanism.TRANSFER}"
_JOURNEY = f"mechanisms.{Mechanism.TRANSFER}.moved"


def stage_of(tellings: Sequence[Telling], *, is_of_a_subject: bool) -> Fact[Stage] | None:
    """Return the newest step of the first sentence that tells one.

    Where the headline is of a trial and nothing else, how somebody came there is no news. An article of a
    treaty or a study tells a step only where a sentence says who is moved.
    """
    headline = tellings[0] if tellings and tellings[0].is_headline else None
    is_of_one = headline is not None and not headline.moves and not any(counted(headline))
    trials = headline.marks("trials") if headline and is_of_one else ()
    is_pending = any(each.marks("pending") for each in tellings)
    for each in tellings:
        steps: dict[Stage, Hit] = {}
        for stage, hit in steps_in(each):
            if not is_of_a_subject or _tells_of_some(each):
                steps.setdefault(stage, hit)
        newest = next(
            (
                stage
                for stage in _ORDER
                if stage in steps and _is_supported(stage, steps[stage], each, is_pending=is_pending)
            ),
            None,
        )
        if newest is Stage.CARRIED_OUT and headline and trials:
            return headline.fact(Stage.IN_COURT, trials[0])
        if newest:
            return each.fact(newest, steps[newest])
    return None if is_of_a_subject else _of_a_journey(tellings)


def _is_supported(stage: Stage, hit: Hit, telling: Telling, *, is_pending: bool) -> bool:
    """Return whether words that tell other things as well have something beside them that tells the move."""
    if telling.is_body and stage in _BACKGROUND:
        return False
    if stage is not Stage.CARRIED_OUT or not hit.meaning.name.startswith(_PLAIN):
        return True
    if telling.is_headline:
        return True
    return not is_pending


def _of_a_journey(tellings: Sequence[Telling]) -> Fact[Stage] | None:
    """Return that somebody was moved where the text below tells no more than a journey to a country."""
    for each in tellings:
        for move in journeys_in(each) if each.is_body and _leads_to_a_country(each) else ():
            return each.fact(Stage.CARRIED_OUT, move)
    return None


def _leads_to_a_country(telling: Telling) -> bool:
    bearings = Bearings(telling)
    readings = (reading for place in telling.places for reading in bearings.of(place))
    return any(is_destination and weight >= _CLEARLY for is_destination, weight in readings)


def _tells_of_some(telling: Telling) -> bool:
    """Return whether a sentence of the lead says who was moved, and not by whom he was kidnapped."""
    is_told_plainly = any(is_told(move) and move.meaning.name != _JOURNEY for move in telling.moves)
    return not telling.is_body and is_told_plainly and (bool(single(telling)) or any(counted(telling)))
