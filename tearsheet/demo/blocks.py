"""The body of an article as data: one block per paragraph, heading, quote, list item or piece of clutter.

Blocks are separated by blank lines; how one begins says what it is:

    A paragraph begins with its text.
    ## a sub-heading
    > a quote
    - a list item (each on a line of its own)
    && 2-4                     the second to fourth text of the article that this one reprints
    %% br 970x125              clutter, and the form in which it stands on the page
    %% link Read more: a-slug  clutter that links to an article of the same publisher
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Block", "Form", "blocks_from_body"]


class Form(StrEnum):
    """How a block stands on the page: the first four are text, the others clutter."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    ITEM = "item"
    OWN = "own"
    """A paragraph of its own."""
    BREAK = "br"
    """After a line break, inside the paragraph before it."""
    SLOT = "slot"
    """A paragraph inside an advertising slot's element."""
    BARE = "bare"
    """Text between the paragraphs, in no element."""
    LINK = "link"
    """A lead-in and a linked headline, as a paragraph."""
    CAPTION = "caption"
    """A photo's caption, as a paragraph with a class."""

    @property
    def is_text(self) -> bool:
        """A reader would copy it."""
        return self in _TEXT


_TEXT = frozenset({Form.PARAGRAPH, Form.HEADING, Form.QUOTE, Form.ITEM})
_MARKS = {"## ": Form.HEADING, "> ": Form.QUOTE, "- ": Form.ITEM}
_REPRINTED = re.compile(r"&& (\d+)-(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of an article's body."""

    form: Form
    text: str
    """One line; for a link that is not yet set: the slug of the article it leads to."""
    lead: str = ""
    """What stands before a link, with its colon."""
    path: str = ""
    """Where a link leads."""

    @property
    def line(self) -> str:
        """The line as a reader sees it."""
        return f"{self.lead} {self.text}".lstrip()


def blocks_from_body(body: str, *, reprinted: Sequence[Block] = ()) -> tuple[Block, ...]:
    """Read a body as written in the articles' files."""
    original = [block for block in reprinted if block.form.is_text]
    return tuple(_blocks(body, original))


def _blocks(body: str, original: Sequence[Block]) -> Iterator[Block]:
    for part in re.split(r"\n\s*\n", body.strip()):
        if span := _REPRINTED.fullmatch(part):
            yield from original[int(span[1]) - 1 : int(span[2])]
        elif part.startswith("- "):
            yield from map(_block, part.splitlines())
        else:
            yield _block(" ".join(part.split()))


def _block(line: str) -> Block:
    if line.startswith("%% "):
        _, form, text = line.split(" ", 2)
        lead, text = text.rsplit(" ", 1) if form == Form.LINK else ("", text)
        return Block(form=Form(form), text=text, lead=lead)
    for mark, form in _MARKS.items():
        if line.startswith(mark):
            return Block(form=form, text=line.removeprefix(mark))
    return Block(form=Form.PARAGRAPH, text=line)
