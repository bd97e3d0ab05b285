"""The passages that changed -> what changed in them as facts: numbers, names, dates."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from pipeline.judging.facts.terms import terms_of
from pipeline.revisions.wording import Passage, Sort
from pipeline.words import words

__all__ = ["Altered", "alterations"]

Kind = Literal["number", "name", "date"]

_CAPITAL = "A-ZÁÉÍÓÚÑÜÀÈÌÒÙÂÊÎÔÛÇÄÖ"
_NAME = re.compile(
    rf"(?<!\w)[{_CAPITAL}][\w'’-]+(?:(?: | de | del | de la | of | of the )[{_CAPITAL}][\w'’-]+)*"
)
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?…:»”\"\n]\s*|[—–-]\s+|[“«¿¡\"]\s*)$")
_MONTHS = (
    "january february march april may june july august september october november december"
    " enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre"
)
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday"
    " lunes martes miércoles jueves viernes sábado domingo"
)
_MONTH = rf"(?:{_MONTHS.replace(' ', '|')}|(?:jan|feb|aug|sept|oct|nov|dec)\.)"
# 12 de agosto de 2025; Aug. 12, 2025; martes; marzo de 2019. "May" alone is a verb.
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:de )?{_MONTH}(?:,? (?:del? )?\d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|{_MONTH},? (?:del? )?\d{{4}}"
    rf"|{_DAYS.replace(' ', '|')})(?!\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<digits>\d[\d.,]*\d|\d)(?!\w)|(?<![\w-])(?P<word>[^\W\d_]+(?:-[^\W\d_]+)?)(?!\w)"
)
_NEXT = re.compile(r"(?: [^\W\d_]+)+")
_PLURAL = re.compile(r"[^\W\d_]{3,}s|men|women|people|children", re.IGNORECASE)
_COUNTED_WORDS = 4


@dataclass(frozen=True, slots=True)
class Altered:
    """A fact that reads otherwise in the later text."""

    kind: Kind
    before: str
    """As written; empty for a name that is new."""
    after: str
    """As written; empty for a name that is gone."""
    of: str = ""
    """What is counted, as written."""

    def as_dict(self) -> dict[str, str]:
        """Return it as JSON."""
        return {"kind": self.kind, "before": self.before, "after": self.after, "of": self.of}


@dataclass(frozen=True, slots=True)
class _Said:
    """A number, name or date in a text."""

    kind: Kind
    text: str
    value: object
    """Equal for what says the same."""
    start: int
    end: int


def alterations(
    passages: Iterable[Passage], *, before: str, after: str, language: str
) -> tuple[Altered, ...]:
    """Return what changed, each once, in the order of the passages.

    A number or date stands beside the one in whose place it was put. A name that stands elsewhere in the
    other of the whole texts is neither new nor gone.
    """
    numbers = terms_of(language).numbers
    known = {Sort.GONE: frozenset(words(after)), Sort.NEW: frozenset(words(before))}
    found: dict[tuple[Kind, str, str], Altered] = {}
    for passage in passages:
        for each in _altered(passage, numbers, known):
            key = each.kind, each.before.casefold(), each.after.casefold()
            if not (key in found and (found[key].of or not each.of)):
                found[key] = each
    return tuple(found.values())


def _altered(
    passage: Passage, numbers: Mapping[str, int], known: Mapping[Sort, frozenset[str]]
) -> Iterator[Altered]:
    old, new = (_Side.of(passage, sort, numbers) for sort in (Sort.GONE, Sort.NEW))
    for change in sorted({*old.said, *new.said}):
        for kind in ("date", "number", "name"):
            gone, come = ([each for each in side.said[change] if each.kind == kind] for side in (old, new))
            if len(gone) == len(come):
                pairs = [pair for pair in zip(gone, come, strict=True) if pair[0].value != pair[1].value]
                yield from (Altered(kind, a.text, b.text, new.counted_by(b)) for a, b in pairs)
            elif kind == "name":
                yield from _names(gone, come, known)


def _names(
    gone: Iterable[_Said], come: Iterable[_Said], known: Mapping[Sort, frozenset[str]]
) -> Iterator[Altered]:
    """Yield the names that are only in one of the whole texts."""
    lost = [each.text for each in gone if not known[Sort.GONE].issuperset(words(each.text))]
    won = [each.text for each in come if not known[Sort.NEW].issuperset(words(each.text))]
    for before, after in zip_longest(lost, won, fillvalue="") if len(lost) == len(won) else ():
        yield Altered("name", before, after)
    if len(lost) != len(won):
        yield from (Altered("name", each, "") for each in lost)
        yield from (Altered("name", "", each) for each in won)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of both texts of a passage, and what its changed words say, by the change they belong to."""

    text: str
    said: Mapping[int, Sequence[_Said]]

    @classmethod
    def of(cls, passage: Passage, sort: Sort, numbers: Mapping[str, int]) -> "_Side":
        text, spans, change = "", [], 0
        for piece in passage.pieces:
            if piece.sort is Sort.SAME:
                change += 1
            elif piece.sort is sort:
                spans.append((len(text), len(text) + len(piece.text), change))
            if piece.sort in (Sort.SAME, sort):
                text += piece.text + " "
        said: defaultdict[int, list[_Said]] = defaultdict(list)
        for each in _said(text, numbers):
            for start, end, number in spans:
                if each.start < end and start < each.end:
                    said[number].append(each)
                    break
        return cls(text, said)

    def counted_by(self, said: _Said) -> str:
        """Return the words behind a number, up to the plural that is counted."""
        following = _NEXT.match(self.text, said.end) if said.kind == "number" else None
        counted = following.group().split()[:_COUNTED_WORDS] if following else []
        plurals = [place for place, word in enumerate(counted) if _PLURAL.fullmatch(word)]
        if not plurals:
            return " ".join(counted[:1])
        last = plurals[0]
        while last + 1 in plurals:
            last += 1
        return " ".join(counted[: last + 1])


def _said(text: str, numbers: Mapping[str, int]) -> Iterator[_Said]:
    """Yield the dates, numbers and names of a text; what is part of a date is no number or name."""
    dates = [_Said("date", m.group(), tuple(words(m.group())), *m.span()) for m in _DATE.finditer(text)]
    yield from dates
    for match in _NUMBER.finditer(text):
        value = _value(match, numbers)
        if value is not None and not _is_in(match, dates):
            yield _Said("number", match.group(), value, *match.span())
    for match in _NAME.finditer(text):
        is_one_word = " " not in match.group()
        opens = is_one_word and _OPENS_SENTENCE.search(text[max(0, match.start() - 3) : match.start()])
        if not opens and not _is_in(match, dates):
            yield _Said("name", match.group(), tuple(words(match.group())), *match.span())


def _value(match: re.Match[str], numbers: Mapping[str, int]) -> object:
    if match["digits"]:
        return int(match["digits"]) if match["digits"].isdecimal() else match["digits"]
    values = [numbers.get(part) for part in words(match["word"])]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _is_in(match: re.Match[str], dates: Iterable[_Said]) -> bool:
    return any(match.start() < date.end and date.start < match.end() for date in dates)
