"""Where a journey goes and where it comes from: the small words of grammar before a place."""

from collections.abc import Sequence

__all__ = ["is_from", "is_in", "is_toward"]

_TOWARD = frozenset("to into toward towards a al hacia".split())
_FROM = frozenset("from de del desde".split())
_OUT_OF = ("out", "of")
_IN = frozenset("in at on en".split())
# What may stand between such a word and the place: "to agents of the", "a las autoridades de los".
_BETWEEN = frozenset(
    "the of federal custody agents authorities officers officials police marshals soil hands justice"
    " government la el los las de del agentes autoridades justicia policia federal federales gobierno"
    " custodia manos corte cortes tribunales carceles prisiones suelo territorio alguaciles fiscales"
    " oficiales cargo disposicion un una two three four five six seven eastern"
    " western northern southern central district districts distrito este oeste norte sur".split()
)
_HALLS = frozenset(
    "a an one una un court courtroom courthouse prison jail cell carcel prision celda penal".split()
)
_HIS = frozenset("his her their su sus".split())
_BETWEEN_LENGTH = 5


def is_toward(words: Sequence[str], place: int, *, through_halls: bool = False) -> bool:
    """Return whether the words before the one at ``place`` lead to it: ``to the``, ``a agentes de``.

    Through halls, ``to a prison in`` leads to a place too; else that may be a way within one country.

    >>> is_toward("fue entregado a agentes de estados unidos".split(), 5)
    True
    """
    return _leads(words, place, _TOWARD, _BETWEEN | _HALLS | _IN if through_halls else _BETWEEN)


def is_from(words: Sequence[str], place: int, *, through_halls: bool = False) -> bool:
    """Return whether the words before the one at ``place`` come from it: ``from the``, ``desde``.

    Through halls, ``from his cell in`` comes from a place too.
    """
    between = _BETWEEN | _HALLS | _IN | _HIS if through_halls else _BETWEEN
    return tuple(words[max(0, place - 2) : place]) == _OUT_OF or _leads(words, place, _FROM, between)


def is_in(words: Sequence[str], place: int) -> bool:
    """Return whether the words before the one at ``place`` put something there: ``in a court in``."""
    return _leads(words, place, _IN, _BETWEEN | _HALLS)


def _leads(
    words: Sequence[str], place: int, prepositions: frozenset[str], between: frozenset[str] = _BETWEEN
) -> bool:
    for word in reversed(words[max(0, place - _BETWEEN_LENGTH) : place]):
        if word in prepositions:
            return True
        if word not in between:
            return False
    return False
