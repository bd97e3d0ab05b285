"""Whether a word of moving tells that somebody was moved, or of a plan, of others, of another time."""

from collections.abc import Iterator

from pipeline.facts import Mechanism, Stage
from pipeline.judging.facts.telling import Telling, is_denied, is_told, years_in
from pipeline.judging.lexicon import Hit

__all__ = ["departures_in", "is_planned", "journeys_in"]

_NEAR, _NEXT, _FAR = 4, 2, 8
_PLAIN = f"mechanisms.{Mechanism.TRANSFER}"
_JOURNEY = f"{_PLAIN}.moved"
_FORMER = frozenset("ex former".split())
# Antes de que lo extraditaran: they did.
_BEFORE = "antes"
_RELATIVE = frozenset("que quien quienes who whom which that".split())
_WHOEVER = "quien"
_WHO = frozenset({"who", "que"})
# Spanish infinitives and wishes: extraditar, que lo entregue.
_INFINITIVES = (
    "ara",
    "aran",
    "iera",
    "ieran",
    "ar",
    "arlo",
    "arlos",
    "arla",
    "gue",
    "guen",
    "envie",
    "envien",
    "extradite",
    "extraditen",
)


def departures_in(telling: Telling) -> Iterator[tuple[Stage, Hit]]:
    """Yield the words that say that somebody was moved, or that somebody orders it."""
    if _is_general(telling):
        return
    is_long_ago = _is_long_ago(telling)
    for move in telling.moves:
        if _is_ordered(telling, move):
            yield Stage.GRANTED, move
        elif is_told(move):
            if not (
                is_long_ago
                or _is_known_already(telling, move)
                or _is_of_anybody(telling, move)
                or is_planned(telling, move)
            ):
                yield Stage.CARRIED_OUT, move
        elif any(_is_done(move, mark) and not _is_a_ruling(telling, mark) for mark in telling.marks("done")):
            yield Stage.CARRIED_OUT, move


def journeys_in(telling: Telling) -> Iterator[Hit]:
    """Yield the words that say that somebody travelled, whoever it was."""
    if not (_is_general(telling) or _is_long_ago(telling)):
        yield from (move for move in telling.moves if is_told(move) and not is_planned(telling, move))


def _is_general(telling: Telling) -> bool:
    return bool(telling.marks("untold")) or years_in(telling) > 1 or telling.sentence.words[0] == _WHOEVER


def _is_long_ago(telling: Telling) -> bool:
    is_of_months = bool(telling.marks("months")) and not telling.marks("days")
    return telling.is_body and (is_of_months or years_in(telling) > 0 or _is_of_others(telling))


def _is_known_already(telling: Telling, move: Hit) -> bool:
    """Return whether it only says who he is, and when he came: one of the 29 whom Mexico sent in February."""
    words = telling.sentence.words
    is_relative = not _RELATIVE.isdisjoint(words[max(0, move.start - _NEAR) : move.start])
    is_of_then = bool(telling.marks("months")) and not telling.marks("days")
    return telling.sentence.number > 1 and is_relative and is_of_then


def _is_done(move: Hit, mark: Hit) -> bool:
    return 0 <= move.start - mark.end < _NEAR or 0 <= mark.start - move.end < _FAR


def _is_a_ruling(telling: Telling, mark: Hit) -> bool:
    """Return whether a court stands before a word of what is done: la Corte confirmó la."""
    return any(0 <= mark.start - bench.end < _NEAR for bench in telling.marks("benches"))


def _is_ordered(telling: Telling, move: Hit) -> bool:
    """Return whether somebody orders it; a court sends nobody: it lets him be sent."""
    words = telling.sentence.words
    if any(0 <= move.start - mark.end < _FAR for mark in telling.marks("orders")):
        return True
    if not is_told(move) or move.meaning.name == _JOURNEY:
        return False
    return any(
        mark.end == move.start and _FORMER.isdisjoint(words[max(0, mark.start - _NEAR) : mark.start])
        for mark in telling.marks("courts")
    )


def _is_of_anybody(telling: Telling, move: Hit) -> bool:
    """Return whether a journey is nobody's: below the lead many travel, and in headlines debates return."""
    if move.meaning.name != _JOURNEY:
        return False
    if telling.is_headline and _is_of_whom(telling, move):
        return True
    laws = (each for each in telling.moves if not is_told(each) and not each.meaning.name.startswith(_PLAIN))
    return telling.is_body or any(_is_beside(move, law) for law in laws)


def _is_of_whom(telling: Telling, move: Hit) -> bool:
    """Return whether it only says of whom the sentence speaks: the pilot who flew, al piloto que aterrizó."""
    words = telling.sentence.words
    is_relative = move.start > 0 and words[move.start - 1] in _WHO
    return is_relative and any(hit.end == move.start - 1 for hit in telling.marks("one"))


def _is_of_others(telling: Telling) -> bool:
    """Return whether a sentence tells of others or of totals; "three days earlier" is told of him."""
    words = telling.sentence.words
    return any(words[hit.start] != "earlier" for hit in telling.marks("elsewhere"))


def _is_beside(move: Hit, law: Hit) -> bool:
    return -_NEXT <= move.start - law.end < _NEXT or 0 <= law.start - move.end < _NEXT


def is_planned(telling: Telling, move: Hit) -> bool:
    """Return whether a word of moving tells what may come, or what is asked for, and not what happened."""
    words = telling.sentence.words
    before = words[move.start - 1] if move.start else ""
    if words[move.start].endswith("ing") and any(
        0 <= move.start - hit.end < _NEXT for hit in telling.marks("stages")
    ):
        return True  # backs sending three
    if any(0 <= move.start - hit.end < _NEXT for hit in telling.marks("wanted")):
        return True  # solicitados en extradición
    return (
        before in ("to", "be")
        or (
            words[move.start].endswith(_INFINITIVES)
            and _BEFORE not in words[max(0, move.start - _FAR) : move.start]
        )
        or is_denied(words, move)
        or any(0 <= move.start - plan.end < _NEAR for plan in telling.marks("plans"))
    )
