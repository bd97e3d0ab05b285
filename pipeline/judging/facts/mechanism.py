"""By what right: the word of law that an article uses of its move."""

from collections.abc import Iterator, Sequence

from pipeline.facts import Fact, Mechanism, Stage
from pipeline.judging.facts.telling import Telling, is_told
from pipeline.judging.lexicon import Hit

__all__ = ["mechanism_of"]

_WEIGHTS = {"told": 1.0, "named": 0.6, "moved": 0.3, "vehicle": 0.1}
_BLOCKED = f"stages.{Stage.BLOCKED}"
_NEAR, _MANY = 5, 10
_OR = frozenset("or o u".split())
_NEGATIONS = frozenset("no not never without sin ni nunca outside around instead rather ordinary".split())
# "Not guilty" denies no extradition, nor does he who does not oppose it.
_PLEAS = frozenset(
    "guilty culpable oppose contest fight appeal resist se only solo obstacle obstacles bar"
    " impediment objection reason doubt obstaculo obstaculos impedimento impedimentos objecion motivo"
    " inconveniente duda".split()
)


_WHOSE = frozenset("his her their su sus".split())
_KIN = frozenset(
    "brother sister father mother son daughter wife husband cousin nephew uncle partner brothers cousins"
    " hermano hermana padre madre hijo hija esposa esposo primo sobrino tio pareja hermanos primos".split()
)


def mechanism_of(tellings: Sequence[Telling], *, count: int) -> Fact[Mechanism] | None:
    """Return the most telling word that names a law; else, of many, that which says that they are moved.

    "Handed over" is said of every way: it is many at once without a word of law, or a law of security, that
    tell of a transfer outside the treaty.
    """
    is_of_many = count >= _MANY
    has_other_law = any(map(_is_outside_the_treaty, tellings))
    said = [
        (weight, each.fact(mechanism, move))
        for each in tellings
        for move, mechanism, weight in _said(each)
        if mechanism is Mechanism.TRANSFER
        or (_is_of_this_move(each, move, has_other_law=has_other_law) and not _is_open(each))
    ]
    of_law = [(weight, fact) for weight, fact in said if fact.value is not Mechanism.TRANSFER]
    plain = [(weight, fact) for weight, fact in said if has_other_law or is_of_many]
    return max(of_law or plain, key=lambda pair: pair[0], default=(0.0, None))[1]


def _is_outside_the_treaty(telling: Telling) -> bool:
    """Return whether it is said to be no extradition; where there is "no extradition treaty" nothing is."""
    treaties = {law.start for law in telling.marks("laws")}
    return any(hit.end not in treaties for hit in telling.marks("other_law"))


def _said(telling: Telling) -> Iterator[tuple[Hit, Mechanism, float]]:
    for move in telling.moves:
        _, mechanism, form = move.meaning.name.split(".")
        yield move, Mechanism(mechanism), telling.weight * _WEIGHTS[form]


def _is_open(telling: Telling) -> bool:
    """Return whether a sentence leaves open which law it was: an extradition, an expulsion or."""
    laws = {mechanism for _, mechanism, _ in _said(telling)} - {Mechanism.TRANSFER}
    return len(laws) > 1 and not _OR.isdisjoint(telling.sentence.words)


def _is_of_this_move(telling: Telling, move: Hit, *, has_other_law: bool) -> bool:
    words = telling.sentence.words
    is_barred = any(hit.meaning.name == _BLOCKED for hit in telling.marks("stages"))
    if not is_barred and any(
        words[at] in _NEGATIONS and words[at + 1] not in _PLEAS
        for at in range(max(0, move.start - _NEAR), move.start)
    ):
        return False
    if is_told(move):
        # "His brother was deported last year" tells of another.
        is_of_kin = words[0] in _WHOSE and words[1:2] != () and words[1] in _KIN
        return not is_of_kin and (telling.weight > 1 or not has_other_law)
    if has_other_law:
        return False
    # An extradition that was once barred is not how somebody came; one whose bar was lifted is.
    return telling.weight > 1 or not is_barred or bool(telling.marks("lifted"))
