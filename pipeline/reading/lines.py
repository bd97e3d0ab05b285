"""The body that extraction gives -> lines: the unit in which text is judged, kept or cut."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

__all__ = ["Line", "joined", "lines_from_body"]

_BLOCKS = frozenset({"p", "head", "item", "quote", "list", "table", "row", "cell", "code", "div", "ab", "fw"})
_SKIPPED = frozenset({"graphic"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text and the kind of block it stands in."""

    text: str
    kind: str
    """``p``, ``head``, ``item``, ``quote``, ``cell``, ``code``; ``""`` for bare text between blocks."""
    opens: bool
    """It is the first line of a paragraph; a line after a single ``<br>`` is not."""


def lines_from_body(body: etree._Element) -> tuple[Line, ...]:
    """Return the lines of trafilatura's body element in reading order, white space folded."""
    lines: list[Line] = []
    words: list[str] = []
    kind = ""
    # 0: in a line; 1: after one break; 2: a new paragraph. Two breaks in a row make a paragraph.
    breaks = 2
    for mark, value in _pieces(body):
        if mark == "text":
            words.append(value)
            continue
        text = " ".join("".join(words).split())
        words.clear()
        if text:
            lines.append(Line(text=text, kind=kind, opens=breaks > 1))
            breaks = 0
        breaks = 2 if mark == "block" else breaks + 1
        if mark == "block":
            kind = value
    return tuple(lines)


def joined(lines: tuple[Line, ...]) -> str:
    """Return the lines as paragraphs joined by blank lines."""
    text = ""
    for line in lines:
        separator = "\n\n" if line.opens else "\n"
        text += separator + line.text if text else line.text
    return text


def _pieces(element: etree._Element, kind: str = "") -> Iterator[tuple[str, str]]:
    """Yield ("text", words), ("break", "") and ("block", kind of what follows) in document order."""
    if element.text:
        yield "text", element.text
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else "graphic"
        if tag == "lb":
            yield "break", ""
        elif tag in _BLOCKS:
            # A paragraph inside a quote or an item is still that quote or item.
            inner = kind if tag in {"p", "div", "ab"} and kind in {"quote", "item", "cell"} else tag
            yield "block", inner
            yield from _pieces(child, inner)
            yield "block", kind
        elif tag not in _SKIPPED:
            yield from _pieces(child, kind)
        if child.tail:
            yield "text", child.tail
    if element.getparent() is None or element.tag == "body":
        yield "block", ""
