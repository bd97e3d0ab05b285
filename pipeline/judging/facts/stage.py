"""How far the move has come: the newest step that the headline or the first sentences tell."""

from collections.abc import Iterator, Sequence

from pipeline.facts import Fact, Stage
from pipeline.judging.facts.telling import Telling, is_told
from pipeline.judging.lexicon import Hit
from pipeline.judging.sentences import Place

__all__ = ["stage_of"]

# What a sentence says when it tells several steps: the one that comes last in a case.
_ORDER = (
    Stage.SENTENCED,
    Stage.IN_COURT,
    Stage.BLOCKED,
    Stage.CARRIED_OUT,
    Stage.GRANTED,
    Stage.CONSENTED,
    Stage.REQUESTED,
)
# A sentence of prison further down belongs to another time or case.
_HEADLINE_ONLY = frozenset({Stage.SENTENCED})
# These say what became of somebody without a word of moving.
_OF_A_PERSON = frozenset({Stage.IN_COURT, Stage.SENTENCED})
_NEAR, _NEXT = 4, 2
_PLAIN = "mechanisms.transfer"
# Spanish infinitives and wishes: extraditar, que lo entregue.
_INFINITIVES = ("ar", "arlo", "arlos", "arla", "gue", "guen", "envie", "envien", "extradite", "extraditen")


def stage_of(tellings: Sequence[Telling]) -> Fact[Stage] | None:
    """Return the newest step of the first sentence that tells one."""
    for each in tellings:
        steps: dict[Stage, Hit] = {}
        for stage, hit in _steps(each):
            if stage not in _HEADLINE_ONLY or each.sentence.place is Place.HEADLINE:
                steps.setdefault(stage, hit)
        for stage in _ORDER:
            if stage in steps:
                return each.fact(stage, steps[stage])
    return None


def _steps(telling: Telling) -> Iterator[tuple[Stage, Hit]]:
    for hit in telling.marks("stages"):
        stage = Stage(hit.meaning.name.partition(".")[2])
        is_of_a_move = telling.moves or telling.sentence.place is Place.HEADLINE or stage in _OF_A_PERSON
        if is_of_a_move and (stage is not Stage.REQUESTED or _is_asked_for(telling, hit)):
            yield stage, hit
    plans = [hit.end for hit in telling.marks("plans")]
    for move in telling.moves:
        if is_told(move) and not _is_planned(telling, move, plans):
            yield Stage.CARRIED_OUT, move


def _is_asked_for(telling: Telling, hit: Hit) -> bool:
    """Return whether a country asks, or what is asked for is a move by law: others ask for other things."""
    if any(not move.meaning.name.startswith(_PLAIN) for move in telling.moves):
        return True
    asked = [mark.end for mark in telling.marks("asked")]
    return any(
        0 <= hit.start - place.end < _NEAR or any(0 <= place.start - end < _NEXT for end in asked)
        for place in telling.places
    )


def _is_planned(telling: Telling, move: Hit, plans: Sequence[int]) -> bool:
    words = telling.sentence.words
    is_infinitive = (move.start > 0 and words[move.start - 1] == "to") or words[move.start].endswith(
        _INFINITIVES
    )
    return is_infinitive or any(0 <= move.start - end < _NEAR for end in plans)
