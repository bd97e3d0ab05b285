"""Cut what is no article text from the lines of a page, and keep a receipt of every cut."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from pipeline.items import Removed
from pipeline.reading.anchors import Words
from pipeline.reading.lines import Line
from pipeline.words import words

__all__ = ["Rule", "builtin_rules", "without_clutter", "without_headline", "without_teasers"]

# The longest pattern of clutter.toml spans fewer characters; a longer line is prose.
_LONGEST_CLUTTER = 420
# Unless its rule says otherwise, a line of more words is prose.
_MOST_WORDS = 45
# A headline, standfirst, byline or date stands among the first lines, above the text.
_HEAD_LINES = 5
# Credits and notices stand at the end: the last quarter, on a short page the last lines.
_LAST_QUARTER = 0.75
_TAIL_LINES = 3
# A linked name or a linked sub-heading is text; a teaser is a headline.
_SHORTEST_TEASER = 4
_STRUCTURE = frozenset({"head", "cell"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of clutter.toml."""

    name: str
    pattern: re.Pattern[str]
    unlike: re.Pattern[str] | None = None
    where: str = "anywhere"
    max_words: int

    def cuts(self, text: str, *, is_first: bool, is_last: bool) -> bool:
        """Say whether a line is clutter; it may stand among the first or the last lines of its page."""
        if not {"anywhere": True, "first": is_first, "last": is_last}[self.where]:
            return False
        if text.count(" ") >= self.max_words:
            return False
        if not self.pattern.fullmatch(text):
            return False
        return self.unlike is None or not self.unlike.search(text)


@cache
def builtin_rules() -> tuple[Rule, ...]:
    """Return the rules of clutter.toml, in order."""
    text = files("pipeline.reading").joinpath("clutter.toml").read_text(encoding="utf-8")
    return tuple(_rule(**table) for table in tomllib.loads(text)["rule"])


@cache
def _some_rule() -> re.Pattern[str]:
    """All patterns in one: most lines are prose, and known for it at once."""
    return re.compile("|".join(f"(?:{rule.pattern.pattern})" for rule in builtin_rules()), re.IGNORECASE)


def without_clutter(lines: Iterable[tuple[int, Line]]) -> "Cut":
    """Cut every line that a rule knows; lines come and go with their place among all lines of the page."""
    numbered = tuple(lines)
    last = min(len(numbered) * _LAST_QUARTER, len(numbered) - _TAIL_LINES)

    def rule_for(place: int, line: Line) -> str | None:
        if len(line.text) > _LONGEST_CLUTTER or not _some_rule().fullmatch(line.text):
            return None
        is_first, is_last = place < _HEAD_LINES, place >= last
        rules = (rule for rule in builtin_rules() if rule.cuts(line.text, is_first=is_first, is_last=is_last))
        return next((rule.name for rule in rules), None)

    return _cut(numbered, rule_for)


def without_headline(lines: Iterable[tuple[int, Line]], *, titles: Iterable[str], standfirst: str) -> "Cut":
    """Cut lines near the top that only repeat a title or the standfirst: each has a field of its own."""
    headlines = {tuple(words(title)) for title in titles if title}
    summary = tuple(words(standfirst))

    def rule_for(place: int, line: Line) -> str | None:
        if place >= _HEAD_LINES:
            return None
        said = tuple(words(line.text))
        if said in headlines:
            return "headline"
        return "standfirst" if summary and said == summary else None

    return _cut(tuple(lines), rule_for)


def without_teasers(lines: Iterable[tuple[int, Line]], *, links: frozenset[Words]) -> "Cut":
    """Cut lines that are nothing but a link to another article; a page that is a list of links keeps them."""
    numbered = tuple(lines)
    teasers = {number for number, line in numbered if _is_teaser(line, links)}
    if len(teasers) * 2 > len(numbered):
        return Cut(lines=numbered, removed=())
    return _cut(numbered, lambda place, _: "link-only" if numbered[place][0] in teasers else None)


def _is_teaser(line: Line, links: frozenset[Words]) -> bool:
    """Say whether a line is a linked headline; an address written out is no headline."""
    if not links or line.kind in _STRUCTURE or line.text.startswith(("http", "www.")):
        return False
    said = tuple(words(line.text))
    return len(said) >= _SHORTEST_TEASER and said in links


@dataclass(frozen=True, slots=True)
class Cut:
    """Lines after a cut, and its receipt."""

    lines: tuple[tuple[int, Line], ...]
    removed: tuple[Removed, ...]


def _cut(lines: tuple[tuple[int, Line], ...], rule_for: Callable[[int, Line], str | None]) -> Cut:
    kept: list[tuple[int, Line]] = []
    removed: list[Removed] = []
    opened = False
    for place, (number, line) in enumerate(lines):
        rule = rule_for(place, line)
        if rule is None:
            # What opened a paragraph was cut: the paragraph now opens here.
            kept.append((number, replace(line, opens=line.opens or opened)))
        else:
            removed.append(Removed(line=number, rule=rule, text=line.text))
        opened = rule is not None and (line.opens or opened)
    return Cut(lines=tuple(kept), removed=tuple(removed))


def _rule(
    *,
    name: str,
    pattern: str,
    languages: list[str],  # for the reader of clutter.toml; a page carries slots of any language
    unlike: str | None = None,
    where: str = "anywhere",
    max_words: int = _MOST_WORDS,
) -> Rule:
    return Rule(
        name=name,
        pattern=re.compile(pattern, re.IGNORECASE),
        unlike=re.compile(unlike, re.IGNORECASE) if unlike else None,
        where=where,
        max_words=max_words,
    )
