"""The steps of a case that one sentence tells: asked for, granted, refused, carried out, in court."""

from collections.abc import Iterator

from pipeline.facts import Mechanism, Stage
from pipeline.judging.facts.departures import departures_in, is_planned
from pipeline.judging.facts.telling import Telling, is_denied, is_told
from pipeline.judging.lexicon import Hit

__all__ = ["steps_in"]

# These say what became of somebody without a word of moving.
_OF_A_PERSON = frozenset({Stage.IN_COURT, Stage.SENTENCED})
_NEAR, _NEXT, _FAR, _VERY_FAR = 4, 2, 8, 14
_PLAIN = f"mechanisms.{Mechanism.TRANSFER}"
_YEARS = frozenset("years anos decades life perpetua".split())
_AFTER_THAT = frozenset("after tras luego despues following once".split())
_AFTER = frozenset("after tras despues serving cumplir".split())
_WHETHER = frozenset("whether if si".split())
_ASKED_BY = frozenset("by por".split())
_SPANISH_ASKING = frozenset("pide piden pidio pidieron quiere quieren busca buscan solicita solicito".split())
_SPANISH_INFINITIVES = ("ar", "er", "ir")
_OF_MOVES = ("extradit", "entreg", "deport", "expuls", "traslad", "envi", "repatri", "recib", "juzg")
_BLOCKED = f"stages.{Stage.BLOCKED}"
_DECISIONS = frozenset({_BLOCKED, f"stages.{Stage.GRANTED}"})
_HEARINGS = frozenset("hearing hearings audiencia vista sesion trial juicio".split())
_THAT = frozenset({"that", "que"})
_HAD = frozenset("had d habia habian hubo".split())
_NOT = frozenset("not no never longer t sin ni stop stops stopped".split())
_A = frozenset("a an".split())
_TO = ("to",)
_LOSABLE = frozenset(
    "appeal appeals challenge challenges fight bid battle amparo amparos recurso recursos apelacion"
    " apelaciones tutela batalla".split()
)
_OWN = frozenset("his her su".split())
_PAPERS = frozenset("solicitud peticion pedido request petition application".split())
_DOING = frozenset("try have see put judge prosecute question extradite get jail".split())
_BE = frozenset({"be", "ser"})
_QUOTES = "\"'”’») "
_POSSESSIVES = frozenset("his her more time permission".split())


def steps_in(telling: Telling) -> Iterator[tuple[Stage, Hit]]:
    """Yield the steps that a sentence tells, each with the words that tell it."""
    if telling.marks("rumours") or telling.sentence.text.rstrip(_QUOTES).endswith("?"):
        return
    for hit in telling.marks("stages"):
        stage = Stage(hit.meaning.name.partition(".")[2])
        is_near_a_move = telling.moves or telling.is_headline or stage in _OF_A_PERSON
        is_near_a_move = is_near_a_move or (stage is Stage.BLOCKED and telling.marks("refusable"))
        if is_near_a_move and not _is_of_before(telling, hit) and _is_a_step(telling, stage, hit):
            yield stage, hit
    yield from ((Stage.SENTENCED, hit) for hit in _terms_of_prison(telling))
    yield from (
        (Stage.CONSENTED, hit) for hit in telling.marks("agreeing") if _agrees_to_be_moved(telling, hit)
    )
    yield from ((Stage.CONSENTED, hit) for hit in telling.marks("renouncing") if _gives_up(telling, hit))
    yield from ((Stage.CONSENTED, hit) for hit in telling.marks("resisting") if _is_let_be(telling, hit))
    yield from ((Stage.GRANTED, hit) for hit in telling.marks("lost") if _is_the_end(telling, hit))
    yield from ((Stage.REQUESTED, hit) for hit in telling.moves if _is_undecided(telling, hit))
    yield from ((Stage.BLOCKED, hit) for hit in telling.marks("deciding") if _decides_not_to(telling, hit))
    yield from _acceptances(telling)
    yield from _refusals(telling)
    if telling.asks_by_paper and (telling.is_headline or telling.names_law):
        yield Stage.REQUESTED, telling.marks("papers")[0]
    yield from departures_in(telling)


def _is_a_step(telling: Telling, stage: Stage, hit: Hit) -> bool:
    if stage is Stage.REQUESTED:
        return _is_asked_for(telling, hit) and not _is_asked_to_stop(telling, hit)
    if stage is Stage.SENTENCED:
        return _is_of_today(telling, hit)
    words = telling.sentence.words
    if stage in (Stage.GRANTED, Stage.BLOCKED) and _is_asked_of_a_court(telling, hit):
        return False
    if stage is Stage.BLOCKED and not _HEARINGS.isdisjoint(words[hit.end : hit.end + _FAR]):
        return False  # postponed the hearing
    if stage is Stage.BLOCKED and telling.is_headline and not (telling.moves or telling.marks("refusable")):
        return not _is_a_plea(telling, hit)
    if stage is Stage.BLOCKED and not telling.is_headline:
        # Much is stopped, delayed and frozen that is no move.
        if hit.start and words[hit.start - 1] in _A:
            return False  # to a stop
        moves = (*telling.moves, *telling.marks("refusable"))
        is_near = any(-_FAR < move.start - hit.end < _VERY_FAR for move in moves)
        return is_near and not is_denied(words, hit)
    if stage is Stage.GRANTED and _is_before_the_news(telling, hit):
        return False
    if stage is Stage.GRANTED and any(0 <= law.start - hit.end < _FAR for law in telling.marks("laws")):
        return False  # signed a treaty
    is_open = not _WHETHER.isdisjoint(words[max(0, hit.start - _NEAR) : hit.start])
    return stage is Stage.IN_COURT or not (is_open or is_denied(words, hit))


def _is_a_plea(telling: Telling, hit: Hit) -> bool:
    """Return whether it is the accused who says no, and to what he is charged with."""
    return any(0 <= mark.start - hit.end < _NEAR for mark in telling.marks("courts"))


def _gives_up(telling: Telling, hit: Hit) -> bool:
    """Return whether what somebody gives up is his defence: renunció ayer a oponerse a su extradición."""
    return telling.names_law and any(
        0 <= defence.start - hit.end < _NEAR for defence in telling.marks("defences")
    )


def _agrees_to_be_moved(telling: Telling, hit: Hit) -> bool:
    """Return whether it is he who agrees: agreed before a judge to be extradited, aceptó ante el juez ser."""
    words = telling.sentence.words
    return any(
        hit.end < move.start <= hit.end + _VERY_FAR and words[move.start - 1] in _BE
        for move in telling.moves
        if not move.meaning.name.startswith(_PLAIN)
    )


def _is_before_the_news(telling: Telling, hit: Hit) -> bool:
    """Return whether a grant is what came before the move that is told: landed after Turkey approved."""
    is_after = not _AFTER_THAT.isdisjoint(telling.sentence.words[max(0, hit.start - _NEAR) : hit.start])
    return is_after and any(is_told(move) and move.end <= hit.start for move in telling.moves)


def _is_of_before(telling: Telling, hit: Hit) -> bool:
    """Return whether the tense puts it before the news: had been authorised, había acordado."""
    words = telling.sentence.words
    before = words[max(0, hit.start - _NEXT) : hit.start]
    is_of_months = telling.sentence.number > 1 and telling.marks("months") and not telling.marks("days")
    is_decided = hit.meaning.name in _DECISIONS
    return not telling.is_headline and (not _HAD.isdisjoint(before) or (is_decided and bool(is_of_months)))


def _is_let_be(telling: Telling, hit: Hit) -> bool:
    """Return whether nobody resists: would no longer resist being sent."""
    before = telling.sentence.words[max(0, hit.start - _NEAR) : hit.start]
    is_of_a_move = any(
        0 <= mark.start - hit.end < _FAR for mark in (*telling.moves, *telling.marks("refusable"))
    )
    return not _NOT.isdisjoint(before) and is_of_a_move


def _decides_not_to(telling: Telling, hit: Hit) -> bool:
    """Return whether what is decided is that nobody is moved: decided not to hand over."""
    words = telling.sentence.words
    return any(
        0 < move.start - hit.end < _NEAR + _NEXT and not _NOT.isdisjoint(words[hit.end : move.start])
        for move in telling.moves
        if is_told(move)
    )


def _is_the_end(telling: Telling, hit: Hit) -> bool:
    """Return whether all that could stop a move is lost: exhausted her last appeal."""
    following = telling.sentence.words[hit.end : hit.end + _NEAR]
    return (bool(telling.moves) or telling.is_headline) and not _LOSABLE.isdisjoint(following)


def _is_undecided(telling: Telling, move: Hit) -> bool:
    """Return whether it is still open if somebody is moved by law: whether he should be extradited."""
    before = telling.sentence.words[max(0, move.start - 2 * _VERY_FAR) : move.start]
    is_of_law = not move.meaning.name.startswith(_PLAIN) or bool(telling.marks("benches"))
    return is_of_law and is_told(move) and not _WHETHER.isdisjoint(before) and is_planned(telling, move)


def _is_asked_of_a_court(telling: Telling, hit: Hit) -> bool:
    """Return whether somebody asks that it be so: pedirá que se declare procedente, asked to stop."""
    return any(_asks_for(telling, mark, hit) for mark in telling.marks("trying"))


def _is_asked_to_stop(telling: Telling, hit: Hit) -> bool:
    """Return whether what is asked for is that a move be stopped."""
    marks = (mark for mark in telling.marks("stages") if mark.meaning.name == _BLOCKED)
    return any(_asks_for(telling, hit, mark) for mark in marks)


def _asks_for(telling: Telling, asking: Hit, hit: Hit) -> bool:
    words = telling.sentence.words
    between = words[asking.end : hit.start]
    if not asking.end <= hit.start < asking.end + _VERY_FAR:
        return False
    is_infinitive = words[hit.start].endswith(_SPANISH_INFINITIVES)
    return between[-1:] in (("to",), ("for",)) or is_infinitive or not _THAT.isdisjoint(between)


def _is_of_today(telling: Telling, hit: Hit) -> bool:
    """Return whether a sentence of prison is the news: in other places it belongs to another time or case."""
    if telling.is_headline:
        return True
    if telling.sentence.number == 1 and any(
        0 <= hit.start - bench.end < _FAR for bench in telling.marks("benches")
    ):
        return True  # A federal court in Miami sentenced
    days = [day.start for day in telling.marks("days")]
    return telling.sentence.number == 1 and any(-_NEAR < day - hit.end < _NEXT for day in days)


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


def _acceptances(telling: Telling) -> Iterator[tuple[Stage, Hit]]:
    """Yield where a request or a move is accepted, with a day between: aceptó ayer el pedido de Italia."""
    words = telling.sentence.words
    for hit in telling.marks("accepting"):
        marks = [mark for mark in telling.marks("refusable") if 0 <= mark.start - hit.end < _NEAR + _NEXT]
        is_open = _is_of_before(telling, hit) or _is_asked_of_a_court(telling, hit) or is_denied(words, hit)
        if marks and not is_open and not _is_before_the_news(telling, hit):
            is_own = words[marks[0].start - 1] in _OWN and words[hit.start].startswith("ac")
            yield Stage.CONSENTED if is_own else Stage.GRANTED, hit


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


def _is_asked_for(telling: Telling, hit: Hit) -> bool:
    """Return whether a country asks, or what is asked for is a move by law: others ask for other things."""
    following = telling.sentence.words[hit.end : hit.end + 1]
    if following and _is_something_else(telling.sentence.words[hit.end - 1], following[0]):
        return False
    if following == _TO and not _DOING.intersection(telling.sentence.words[hit.end + 1 : hit.end + 2]):
        return any(0 < move.start - hit.end < _NEAR for move in telling.moves)
    is_paper = telling.sentence.words[hit.end - 1] in _PAPERS
    if is_paper and any(
        0 < move.start - hit.end < _VERY_FAR and is_planned(telling, move) for move in telling.moves
    ):
        return True
    if any(
        not move.meaning.name.startswith(_PLAIN) and move.start - hit.start > -_NEAR for move in telling.moves
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
