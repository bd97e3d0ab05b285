"""Folded words -> what PostgreSQL's full-text search takes; its own parser never sees a text.

A vector has room for 16,383 positions, for 255 of one word and for a megabyte: what lies beyond is lost
unsaid. A longer text is therefore written as several, which overlap so far that no phrase falls between them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b

from pipeline.characters import storable
from pipeline.syntax import And, Exact, Near, Node, Not, Or, Scope, Text
from pipeline.words import words

__all__ = ["OVERLAP", "tsquery", "tsvectors", "within_overlap"]

OVERLAP = 128
"""So many words of one vector begin the next; a longer phrase is looked for in slices."""

# Between title, standfirst and text, so that no phrase runs from one into the other.
_GAP = 256
_MOST_POSITIONS = 16_383
_MOST_OF_A_WORD = 255
_MOST_BYTES = 500_000
# PostgreSQL refuses a word of 2,047 bytes.
_LONGEST_WORD = 400
# No word has it, so a word behind it is another one: the same, met in the title.
_IN_TITLE = "_"

_Placed = tuple[int, str, str]


def tsvectors(title: str, standfirst: str, text: str) -> list[str]:
    """Return the article's words, each with its places and what it weighs there: nearly always one vector.

    >>> tsvectors("El capo", "", "Cayó el capo")
    ["'_capo':2A '_el':1A 'capo':2A,517 'cayo':515 'el':1A,516"]
    """
    placed = list(_placed(title, standfirst, text))
    return [_vector(piece) for piece in _pieces(placed)]


def tsquery(tree: Node) -> str:
    """Return the query that finds what a tree of words (Text, Near, And, Or, Not) does, of Exact more.

    >>> tsquery(And((Text(("el", "capo")), Not(Or((Text(("c",)), Text(("jef",), prefix=True)))))))
    "('el' <-> 'capo' & !(('c' | 'jef':*)))"
    >>> tsquery(Text(("capo",), Scope.TITLE))
    "'_capo'"
    >>> tsquery(Near(Text(("el", "capo")), Text(("jef",), prefix=True), 0))
    "(('el' <-> 'capo') <1> ('jef':*) | ('jef':*) <1> ('el' <-> 'capo'))"
    """
    match tree:
        case Text():
            return _phrase(tree)
        case Exact():
            return _phrase(tree.folded)
        case Near():
            return _near(tree)
        case Not(part):
            # Bare, it would be read of the first word of a phrase only.
            return f"!({tsquery(part)})"
        case And(parts) | Or(parts):
            operator = " & " if isinstance(tree, And) else " | "
            return f"({operator.join(map(tsquery, parts))})"
    raise TypeError(f"{tree!r} holds more than words")


def within_overlap(sought: Text | Exact | Near) -> Node:
    """Return what is looked for as parts none of which can fall between two vectors of one article.

    What is so long that it has several is found, where a text is written as several, without regard to how
    the parts lie to each other.
    """
    match sought:
        case Exact():
            return within_overlap(sought.folded)
        case Near(left, right, between) if len(left.words) + between + len(right.words) > OVERLAP:
            sides = (replace(side, scope=sought.scope) for side in (left, right))
            return And(tuple(map(within_overlap, sides)))
        case Text() if len(sought.words) > OVERLAP:
            return _in_slices(sought)
    return sought


def _in_slices(text: Text) -> And:
    slices = [text.words[start : start + OVERLAP] for start in range(0, len(text.words), OVERLAP)]
    last = Text(slices.pop(), text.scope, text.prefix)
    return And((*(Text(piece, text.scope) for piece in slices), last))


def _near(near: Near) -> str:
    left, right = (_phrase(replace(side, scope=near.scope)) for side in (near.left, near.right))
    distances = range(1, near.between + 2)
    either = (f"({left}) <{far}> ({right}) | ({right}) <{far}> ({left})" for far in distances)
    return f"({' | '.join(either)})"


def _phrase(text: Text) -> str:
    mark = _IN_TITLE if text.scope is Scope.TITLE else ""
    *whole, last = text.words
    end = f"{_quoted(mark + last[:_LONGEST_WORD])}:*" if text.prefix else _quoted(mark + _shortened(last))
    return " <-> ".join([*(_quoted(mark + _shortened(word)) for word in whole), end])


def _placed(title: str, standfirst: str, text: str) -> Iterator[_Placed]:
    """Yield each word with its position and its weight."""
    position = 0
    # D is what has no letter.
    for part, weight in ((title, "A"), (standfirst, "B"), (text, "")):
        for word in words(storable(part)):
            position += 1
            yield position, _shortened(word), weight
        position += _GAP


def _pieces(placed: Sequence[_Placed]) -> Iterator[Sequence[_Placed]]:
    if not placed or _fits(placed):
        yield placed
        return
    start = end = 0
    while end < len(placed):
        start = max(end - OVERLAP, 0)
        end = _end(placed, start)
        yield placed[start:end]


def _fits(placed: Sequence[_Placed]) -> bool:
    ((_, most),) = Counter(word for _, word, _ in placed).most_common(1)
    size = sum(len(word) for _, word, _ in placed)
    return placed[-1][0] <= _MOST_POSITIONS and most <= _MOST_OF_A_WORD and size * 4 <= _MOST_BYTES


def _end(placed: Sequence[_Placed], start: int) -> int:
    """Return where the vector that begins there is full."""
    seen: Counter[str] = Counter()
    first, size = placed[start][0], 0
    for index in range(start, len(placed)):
        position, word, _ = placed[index]
        seen[word] += 1
        size += len(word) * 4
        # Each takes far more words than the overlap: every vector goes on beyond the one before.
        if seen[word] > _MOST_OF_A_WORD or position - first >= _MOST_POSITIONS or size > _MOST_BYTES:
            return index
    return len(placed)


def _vector(placed: Sequence[_Placed]) -> str:
    places: defaultdict[str, list[str]] = defaultdict(list)
    before = placed[0][0] - 1 if placed else 0
    for position, word, weight in placed:
        place = f"{position - before}{weight}"
        places[word].append(place)
        if weight == "A":
            places[_IN_TITLE + word].append(place)
    return " ".join(f"{_quoted(word)}:{','.join(places[word])}" for word in sorted(places))


def _shortened(word: str) -> str:
    """Return a word that PostgreSQL takes: the same for the same, another for another."""
    if len(word) <= _LONGEST_WORD:
        return word
    return f"{word[:_LONGEST_WORD]}_{blake2b(word.encode(), digest_size=16).hexdigest()}"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
