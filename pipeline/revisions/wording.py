"""Two texts of one article -> the passages that changed, word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

__all__ = ["Passage", "Piece", "Sort", "Wording", "differences"]

# Fewer equal words between two longer changes are chance: "the", "of the".
_CHANCE = 3
# Paragraphs that share less of the shorter are not the same ones reworded.
_AKIN = 0.3
_BREAK = "\n\n"


class Sort(StrEnum):
    """What became of some words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that had one fate; paragraphs in them are parted by a blank line."""

    sort: Sort
    text: str

    def shortened(self, ahead: int, behind: int) -> "Piece":
        """Return unchanged words without their middle, so many of them left on either side."""
        said = self.text.split()
        if self.sort is not Sort.SAME or len(said) <= ahead + behind + 1:
            return self
        return Piece(self.sort, " ".join((*said[:ahead], "…", *said[len(said) - behind :])))


@dataclass(frozen=True, slots=True)
class Passage:
    """A title, a standfirst or a paragraph of a text that changed, from its beginning to its end."""

    field: str
    """``title``, ``standfirst`` or ``text``."""
    pieces: tuple[Piece, ...]

    def marked(self) -> str:
        """Return it with ``[-what is gone-]`` and ``{+what is new+}``."""
        marks = {Sort.SAME: "{}", Sort.GONE: "[-{}-]", Sort.NEW: "{{+{}+}}"}
        said = " ".join(marks[each.sort].format(each.text) for each in self.pieces)
        return said.replace("-] {+", "-]{+")

    def shortened(self, context: int) -> "Passage":
        """Return it with at most so many unchanged words on either side of each change."""
        last = len(self.pieces) - 1
        return Passage(
            self.field,
            tuple(
                each.shortened(context if place else 0, context if place < last else 0)
                for place, each in enumerate(self.pieces)
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one text of an article."""

    title: str
    standfirst: str
    text: str


def differences(before: Wording, after: Wording) -> tuple[Passage, ...]:
    """Return the passages that changed, in the order of the page.

    >>> [passage.marked() for passage in differences(
    ...     Wording(title="26 men flown north", standfirst="", text="A.\\n\\nAll 26 left."),
    ...     Wording(title="29 men flown north", standfirst="", text="A.\\n\\nAll 29 left."),
    ... )]
    ['[-26-]{+29+} men flown north', 'All [-26-]{+29+} left.']
    """
    found: list[Passage] = []
    for field in ("title", "standfirst"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            found += _passages(field, _tokens([old] if old else []), _tokens([new] if new else []))
    old_paragraphs, new_paragraphs = before.text.split(_BREAK), after.text.split(_BREAK)
    matcher = SequenceMatcher(None, old_paragraphs, new_paragraphs, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag != "equal":
            found += _changed(old_paragraphs[start:end], new_paragraphs[other_start:other_end])
    return tuple(found)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Passage]:
    """Yield what became of paragraphs; of those with little in common each is told by itself."""
    tokens, other = _tokens(old), _tokens(new)
    same = sum(len(run) for sort, run in _runs(tokens, other) if sort is Sort.SAME)
    if same >= _AKIN * min(len(tokens), len(other)):
        yield from _passages("text", tokens, other)
        return
    yield from (Passage("text", (Piece(Sort.GONE, paragraph),)) for paragraph in old if paragraph)
    yield from (Passage("text", (Piece(Sort.NEW, paragraph),)) for paragraph in new if paragraph)


def _tokens(paragraphs: Sequence[str]) -> list[str]:
    """Return the words in order, with a token for each break between paragraphs."""
    tokens: list[str] = []
    for place, paragraph in enumerate(paragraphs):
        tokens += [_BREAK] if place else []
        tokens += paragraph.split()
    return tokens


def _passages(field: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Passage]:
    """Yield each changed stretch between two breaks, those at the edge of what changed among them."""
    pieces: list[Piece] = []
    for sort, tokens in (*_runs(old, new), (Sort.SAME, [_BREAK])):
        parts = _split(tokens)
        if sort is not Sort.SAME and any(parts[1:-1]):
            parts = [parts[0], [token for part in parts[1:-1] for token in (*part, _BREAK)][:-1], parts[-1]]
        for place, part in enumerate(parts):
            if place:
                if any(piece.sort is not Sort.SAME for piece in pieces):
                    yield Passage(field, tuple(pieces))
                pieces = []
            if part:
                pieces.append(Piece(sort, _joined(part)))


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sort, Sequence[str]]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for start, end, other_start, other_end, is_same in _merged(matcher.get_opcodes()):
        if is_same:
            yield Sort.SAME, old[start:end]
            continue
        if start < end:
            yield Sort.GONE, old[start:end]
        if other_start < other_end:
            yield Sort.NEW, new[other_start:other_end]


def _merged(
    opcodes: Sequence[tuple[str, int, int, int, int]],
) -> list[tuple[int, int, int, int, bool]]:
    """Return the stretches, those of few equal words between larger changes made part of one change."""
    merged: list[tuple[int, int, int, int, bool]] = []
    sizes = [max(end - start, to - other) for _, start, end, other, to in opcodes]
    for place, (tag, start, end, other, to) in enumerate(opcodes):
        is_inner = 0 < place < len(opcodes) - 1
        is_chance = (
            is_inner and sizes[place] < _CHANCE and min(sizes[place - 1], sizes[place + 1]) > sizes[place]
        )
        is_same = tag == "equal" and not is_chance
        if merged and not is_same and not merged[-1][4]:
            start, other = merged[-1][0], merged[-1][2]
            merged.pop()
        merged.append((start, end, other, to, is_same))
    return merged


def _split(tokens: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == _BREAK:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _joined(tokens: Sequence[str]) -> str:
    """Return words as text."""
    return _BREAK.join(" ".join(part) for part in _split(tokens) if part)
