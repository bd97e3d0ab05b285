"""Random articles, trees and query strings, the same ones for the same seed."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pipeline.facts import Fact, Facts, Mechanism, Stage
from pipeline.items import Article, ChannelKind, Fate, Judgement, Stamp
from pipeline.query import MAX_CHARACTERS
from pipeline.syntax import (
    And,
    Bound,
    Everything,
    Exact,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Published,
    Scope,
    Text,
)
from pipeline.words import fold, words, written

__all__ = ["NOON", "Chance"]

T = TypeVar("T")

NOON = datetime(2025, 8, 12, 12, tzinfo=UTC)
_SAID = """
    cartel cartel cárteles Cártel CARTEL carteles Sinaloa sinaloa capo capo capos jefe el la de año ano Año
    años niño nino Núñez nunez C-4 C-40 c 4 AK-47 U.S. us u s 26.5 26 5 o'brien o’brien O'Brien brien
    narco-tráfico narcotráfico e-mail a@b.example “El Mayo” «El Mayo» el mayo capo_z AND OR not NEAR
    東京 東京都 北京 서울 🚨 capo🚨jefe capo🧵jefe 100₽ ñ n\u0303o an\u0303o Андрей андрей Αθήνα ΑΘΉΝΑ naïve ß
    ½ 12:30 100% x=y
""".split()
_SPACES = (" ", " ", " ", " ", ", ", ". ", "\n\n", "—", " ¡", '" ')
_AUTHORS = ("Ana Núñez", 'Pat "Patch" O\'Brien', "Redacción", "東京 太郎", "")
_NAMED = ("Ana Núñez", "Los Ñandúes", "Cártel de Sinaloa", "El Mayo")
_TYPED = [
    *r"""
    AND OR NOT NEAR NEAR/ NEAR/3 NEAR/99999999999 - -- ( ) " “ ” « » * = =" : title: source: lang: author:
    url: watch: story: fate: group: person: mechanism: stage: after: before: zzz: 7d 2025-08-12 0000 copy
    transfer https://x/a?b=c#d ñ é C-4 U.S. 26.5 o'brien 東京 🚨 capo el* abc* İ ǆ '' \ %
    """.split(),
    *("n\u0303", "\x00", "\ud800", "\u202e", "\n", "\t", " ", " ", " ", ""),
]


class Chance:
    """A source of them, and of nothing else."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def articles(self, count: int) -> list[Article]:
        """Return articles that share few words, so that most trees find some and not all."""
        return [self._article(number) for number in range(count)]

    def tree(self, depth: int = 3) -> Node:
        """Return any tree that a query can mean, and some that none is written as."""
        kind = self._random.random()
        if depth == 0 or kind < 0.4:
            return self._leaf()
        if kind < 0.55:
            return Not(self.tree(depth - 1))
        parts = tuple(self.tree(depth - 1) for _ in range(self._random.randint(1, 4)))
        return And(parts) if kind < 0.8 else Or(parts)

    def typed(self) -> str:
        """Return what nobody types: operators, signs and pieces of words in any order."""
        pieces = self._random.choices(_TYPED, k=self._random.randint(0, 12))
        if self._random.random() < 0.2:
            pieces += [chr(self._random.randrange(0x110000)) for _ in range(self._random.randint(1, 8))]
            self._random.shuffle(pieces)
        if self._random.random() < 0.001:
            pieces *= self._random.randint(2, MAX_CHARACTERS)
        return self._random.choice(("", " ")).join(pieces)

    def _one(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def _some(self, choices: Sequence[T], most: int) -> tuple[T, ...]:
        return tuple(self._random.choices(choices, k=self._random.randint(0, most)))

    def _prose(self, most: int) -> str:
        return "".join(f"{word}{self._one(_SPACES)}" for word in self._some(_SAID, most))

    def _article(self, number: int) -> Article:
        is_wanted = self._random.random() < 0.6
        return Article(
            url=f"https://{self._one(('gazette', 'diario'))}.example/{number}",
            url_key=f"example/{number}",
            source=self._one(("gazette", "El Diario")),
            channel=ChannelKind.FEED,
            title=self._prose(6),
            standfirst=self._prose(6),
            text=self._prose(20),
            text_hash=str(number),
            language=self._one(("es", "en", "")),
            authors=self._some(_AUTHORS, 2),
            published=Stamp(at=self._time()) if self._random.random() < 0.8 else Stamp(),
            seen_at=self._time(),
            judgements=(Judgement(watch="Cárteles", score=0.5, relevant=is_wanted),),
            # What a watch refuses is not asked what it says, nor is that kept.
            facts=self._facts() if is_wanted else None,
        )

    def _facts(self) -> Facts:
        return Facts(
            mechanism=self._one((None, *(Fact(value, "", "") for value in Mechanism))),
            stage=self._one((None, *(Fact(value, "", "") for value in Stage))),
            names=tuple(Fact(name, "", "") for name in self._some(_NAMED, 2)),
            groups=tuple(Fact(name, "", "") for name in self._some(_NAMED, 2)),
        )

    def _time(self) -> datetime:
        return NOON + timedelta(hours=self._random.randint(-60, 60))

    def _leaf(self) -> Node:
        kind = self._random.random()
        if kind < 0.4:
            return self._text()
        if kind < 0.6:
            return self._near()
        if kind < 0.75:
            return Exact(tuple(written(self._phrase())), self._one(tuple(Scope)))
        if kind < 0.9:
            return self._field()
        if kind < 0.99:
            return Published(self._one(tuple(Bound)), self._time())
        return Everything()

    def _near(self) -> Near:
        left = self._text()
        right = self._text()
        if self._random.random() < 0.4:
            # The same words again: where both could stand on one word, an index may be content with that.
            last = left.words[-1]
            again = (last, *words(self._phrase())[: self._random.randint(0, 2)])
            is_prefix = len(again) == 1 and self._random.random() < 0.5
            right = Text((last[:2],) if is_prefix else again, left.scope, is_prefix)
        return Near(left, right, self._one((0, 0, 1, 1, 2, 3, 5, 50)))

    def _phrase(self) -> str:
        while True:
            phrase = " ".join(self._random.choices(_SAID, k=self._one((1, 1, 1, 2, 3))))
            if words(phrase):
                return phrase

    def _text(self) -> Text:
        found = words(self._phrase())
        is_prefix = self._random.random() < 0.3
        if is_prefix:
            found[-1] = found[-1][: self._random.randint(1, 4)]
        return Text(tuple(found), self._one((Scope.ALL, Scope.ALL, Scope.TITLE)), is_prefix)

    def _field(self) -> Field:
        name = self._one(tuple(FieldName))
        values: dict[FieldName, Sequence[str]] = {
            FieldName.SOURCE: ("gazette", "el diario", "diario"),
            FieldName.LANG: ("es", "en", "fr"),
            FieldName.AUTHOR: ("nunez", "a n", '"', "'", "東京", "%", "_"),
            FieldName.URL: ("gazette.example", "/1", "example/2", "%"),
            FieldName.WATCH: ("carteles", "cartel"),
            FieldName.STORY: tuple(map(str, range(1, 60))),
            FieldName.FATE: tuple(Fate),
            FieldName.MECHANISM: tuple(Mechanism),
            FieldName.STAGE: tuple(Stage),
        }
        return Field(name, self._one(values.get(name, [fold(value[2:]) for value in _NAMED])))
