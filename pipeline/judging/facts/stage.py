"""How far the move has come: the newest step that the headline or the first sentences tell."""

from collections.abc import Iterator, Sequence

from pipeline.facts import Fact, Mechanism, Stage
from pipeline.judging.facts.numerals import counted
from pipeline.judging.facts.single import single
from pipeline.judging.facts.telling import Telling, is_denied, is_told, years_in
from pipeline.judging.lexicon import Hit
from pipeline.judging.sentences import Place

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
# These say what became of somebody without a word of moving.
_OF_A_PERSON = frozenset({Stage.IN_COURT, Stage.SENTENCED})
_NEAR, _NEXT, _FAR, _BLOCKED_FAR = 4, 2, 8, 14
_WHOEVER = "quien"
_PLAIN = f"mechanisms.{Mechanism.TRANSFER}"
_JOURNEY = f"{_PLAIN}.moved"
_YEARS = frozenset("years anos decades life perpetua".split())
_AFTER = frozenset("after tras despues serving cumplir".split())
_ASKED_BY = frozenset("by por".split())
# Spanish infinitives and wishes: extraditar, que lo entregue.
_SPANISH_ASKING = frozenset("pide piden pidio pidieron quiere quieren busca buscan solicita solicito".split())
_SPANISH_INFINITIVES = ("ar", "er", "ir")
_OF_MOVES = ("extradit", "entreg", "deport", "expuls", "traslad", "envi", "repatri", "recib", "juzg")
_POSSESSIVES = frozenset("his her more time permission".split())
_INFINITIVES = ("ar", "arlo", "arlos", "arla", "gue", "guen", "envie", "envien", "extradite", "extraditen")


def stage_of(tellings: Sequence[Telling]) -> Fact[Stage] | None:
    """Return the newest step of the first sentence that tells one.

    Where the headline is of a trial and nothing else, how somebody came there is no news.
    """
    headline = tellings[0] if tellings and tellings[0].is_headline else None
    is_of_one = headline is not None and not headline.moves and not any(counted(headline))
    trials = headline.marks("trials") if headline and is_of_one else ()
    is_of_many = headline is not None and _is_of_many(headline)
    for each in tellings:
        steps: dict[Stage, Hit] = {}
        for stage, hit in _steps(each):
            if stage is not Stage.CARRIED_OUT or not is_of_many or _tells_of_some(each):
                steps.setdefault(stage, hit)
        stage = next((stage for stage in _ORDER if stage in steps), None)
        if stage is Stage.CARRIED_OUT and headline and trials:
            return headline.fact(Stage.IN_COURT, trials[0])
        if stage:
            return each.fact(stage, steps[stage])
    return None


def _is_of_many(headline: Telling) -> bool:
    """Return whether a headline is of a treaty, of opinions or of totals, and of no move."""
    return bool(headline.marks("subjects")) and not any(map(is_told, headline.moves))


def _tells_of_some(telling: Telling) -> bool:
    """Return whether a sentence of the lead says who was moved, and not by whom he was kidnapped."""
    is_told_plainly = any(is_told(move) and move.meaning.name != _JOURNEY for move in telling.moves)
    return not telling.is_body and is_told_plainly and (bool(single(telling)) or any(counted(telling)))


def _steps(telling: Telling) -> Iterator[tuple[Stage, Hit]]:
    if telling.marks("rumours"):
        return
    is_headline = telling.is_headline
    for hit in telling.marks("stages"):
        stage = Stage(hit.meaning.name.partition(".")[2])
        if (telling.moves or is_headline or stage in _OF_A_PERSON) and _is_a_step(telling, stage, hit):
            yield stage, hit
    yield from ((Stage.SENTENCED, hit) for hit in _terms_of_prison(telling))
    yield from _refusals(telling)
    if telling.asks_by_paper and (telling.is_headline or telling.names_law):
        yield Stage.REQUESTED, telling.marks("papers")[0]
    yield from _moved(telling)


def _is_a_step(telling: Telling, stage: Stage, hit: Hit) -> bool:
    if stage is Stage.REQUESTED:
        return _is_asked_for(telling, hit)
    if stage is Stage.SENTENCED:
        return _is_of_today(telling, hit)
    if stage is Stage.BLOCKED and not telling.is_headline:
        # Much is stopped, delayed and frozen that is no move.
        is_near = any(-_FAR < move.start - hit.end < _BLOCKED_FAR for move in telling.moves)
        return is_near and not is_denied(telling.sentence.words, hit)
    return stage is Stage.IN_COURT or not is_denied(telling.sentence.words, hit)


def _terms_of_prison(telling: Telling) -> Iterator[Hit]:
    """Yield the years that are the news: 45 years for, gets 12 years; on Monday gave a man 12 years."""
    words = telling.sentence.words
    if telling.is_headline:
        for hit in telling.marks("terms_of_prison"):
            if _AFTER.isdisjoint(words[max(0, hit.start - _NEAR) : hit.start]):
                yield hit
    elif telling.sentence.number != 1 or not telling.marks("days"):
        return
    for hit in telling.marks("gets"):
        if not _YEARS.isdisjoint(words[hit.end : hit.end + _FAR]):
            yield hit


def _refusals(telling: Telling) -> Iterator[tuple[Stage, Hit]]:
    """Yield where a move is refused, rejects Italy's request; or what was to stop it, rejects his appeal."""
    wanted = [(mark.start, True) for mark in telling.marks("refusable")]
    wanted += [(mark.start, False) for mark in telling.marks("remedies")]
    for hit in telling.marks("refused"):
        following = [(at - hit.end, is_move) for at, is_move in wanted if 0 <= at - hit.end < _FAR]
        if following and not is_denied(telling.sentence.words, hit):
            is_move = min(following)[1]
            if is_move or telling.names_law:
                yield Stage.BLOCKED if is_move else Stage.GRANTED, hit


def _is_of_today(telling: Telling, hit: Hit) -> bool:
    """Return whether a sentence of prison is the news: in other places it belongs to another time or case."""
    if telling.is_headline:
        return True
    days = [day.start for day in telling.marks("days")]
    return telling.sentence.number == 1 and any(-_NEAR < day - hit.end < _NEXT for day in days)


def _moved(telling: Telling) -> Iterator[tuple[Stage, Hit]]:
    """Yield the move as a step: carried out, or granted where somebody orders it."""
    plans = [hit.end for hit in telling.marks("plans")]
    orders = [hit.end for hit in telling.marks("orders")]
    done = [hit.start for hit in telling.marks("done")]
    courts = [hit.end for hit in telling.marks("courts")]
    if telling.marks("untold") or years_in(telling) > 1 or telling.sentence.words[0] == _WHOEVER:
        return
    laws = [move for move in telling.moves if not is_told(move) and not move.meaning.name.startswith(_PLAIN)]
    for move in telling.moves:
        if any(0 <= move.start - end < _FAR for end in orders) or (is_told(move) and move.start in courts):
            yield Stage.GRANTED, move  # A court sends nobody: it lets him be sent.
        elif is_told(move):
            # Further down many travel: lawyers, officers, the accused before he was caught. And debates return.
            is_anybody = move.meaning.name == _JOURNEY and (
                telling.is_body or any(_is_beside(move, law) for law in laws)
            )
            is_long_ago = telling.is_body and (years_in(telling) > 0 or _is_of_others(telling))
            if not is_anybody and not is_long_ago and not _is_planned(telling, move, plans):
                yield Stage.CARRIED_OUT, move
        elif any(-_NEAR < at - move.start < _FAR for at in done):
            yield Stage.CARRIED_OUT, move


def _is_of_others(telling: Telling) -> bool:
    """Return whether a sentence tells of others or of totals; "three days earlier" is told of him."""
    words = telling.sentence.words
    return any(words[hit.start] != "earlier" for hit in telling.marks("elsewhere"))


def _is_beside(move: Hit, law: Hit) -> bool:
    return -_NEXT <= move.start - law.end < _NEXT or 0 <= law.start - move.end < _NEXT


def _is_asked_for(telling: Telling, hit: Hit) -> bool:
    """Return whether a country asks, or what is asked for is a move by law: others ask for other things."""
    following = telling.sentence.words[hit.end : hit.end + 1]
    if following and _is_something_else(telling.sentence.words[hit.end - 1], following[0]):
        return False
    if any(
        not move.meaning.name.startswith(_PLAIN) and -_NEAR < move.start - hit.start for move in telling.moves
    ):
        return True
    asked = [mark.end for mark in telling.marks("asked")]
    if telling.sentence.words[hit.end - 1] in _ASKED_BY:
        asked.append(hit.end)
    return any(
        0 <= hit.start - place.end < _NEAR or any(0 <= place.start - end < _NEXT for end in asked)
        for place in telling.places
    )


def _is_something_else(verb: str, word: str) -> bool:
    """Return whether somebody asks for his mother, or asks to speak: pidió hablar."""
    is_infinitive = word.endswith(_SPANISH_INFINITIVES) and not word.startswith(_OF_MOVES)
    return word in _POSSESSIVES or (verb in _SPANISH_ASKING and is_infinitive)


def _is_planned(telling: Telling, move: Hit, plans: Sequence[int]) -> bool:
    words = telling.sentence.words
    is_infinitive = (move.start > 0 and words[move.start - 1] == "to") or words[move.start].endswith(
        _INFINITIVES
    )
    return (
        is_infinitive
        or is_denied(words, move)
        or any(0 <= move.start - end < _NEAR for end in plans)
        or (move.start > 0 and words[move.start - 1] == "be")
    )
