"""Blocks -> HTML, in the manners in which publishers mark up a body."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import count, groupby

from tearsheet.demo.blocks import Block, Form

__all__ = ["Markup", "body_html"]


class Markup(StrEnum):
    """A publisher's manner."""

    PLAIN = "plain"
    """What the elements are for."""
    CLASSES = "classes"
    """The same, with the classes of a content system and a wrapper around everything."""
    BREAKS = "breaks"
    """Paragraphs divided by two line breaks, sub-headings in bold."""


@dataclass(frozen=True, slots=True)
class _Frames:
    paragraph: str
    heading: str
    quote: str


_FRAMES = {
    Markup.PLAIN: _Frames(
        paragraph="<p>{}</p>",
        heading="<h2>{}</h2>",
        quote="<blockquote><p>{}</p></blockquote>",
    ),
    Markup.CLASSES: _Frames(
        paragraph='<div class="blk blk--txt"><p class="txt">{}</p></div>',
        heading='<div class="blk blk--hd"><h3 class="hd">{}</h3></div>',
        quote='<div class="blk blk--q"><blockquote class="q">{}</blockquote></div>',
    ),
    Markup.BREAKS: _Frames(
        paragraph="{}<br><br>",
        heading="<b>{}</b><br><br>",
        quote="<blockquote>{}</blockquote>",
    ),
}


def body_html(blocks: Sequence[Block], markup: Markup) -> str:
    """Return the HTML of an article's body, clutter and all."""
    return "\n".join(_pieces(blocks, _FRAMES[markup]))


def _pieces(blocks: Sequence[Block], frames: _Frames) -> Iterator[str]:
    slots = count(1)
    for form, group in groupby(_with_breaks(blocks), key=lambda pair: pair[0]):
        texts = [text for _, text in group]
        match form:
            case Form.ITEM:
                yield "<ul>\n" + "\n".join(f"<li>{text}</li>" for text in texts) + "\n</ul>"
            case Form.HEADING:
                yield from map(frames.heading.format, texts)
            case Form.QUOTE:
                yield from map(frames.quote.format, texts)
            case Form.SLOT:
                for text in texts:
                    number = next(slots)
                    yield f'<div id="div-gpt-ad-{number}" class="ad-slot"><p>{text}</p></div>'
            case Form.BARE:
                yield from texts
            case Form.CAPTION:
                yield from (f'<p class="photo-caption">{text}</p>' for text in texts)
            case _:
                yield from map(frames.paragraph.format, texts)


def _with_breaks(blocks: Sequence[Block]) -> Iterator[tuple[Form, str]]:
    """Escape every block, and join what stands after a line break to the block before it."""
    last: tuple[Form, str] | None = None
    for block in blocks:
        if block.form is Form.BREAK and last is not None:
            last = (last[0], f"{last[1]}<br>{escape(block.text)}")
            continue
        if last is not None:
            yield last
        last = (block.form, _inner(block))
    if last is not None:
        yield last


def _inner(block: Block) -> str:
    if block.form is Form.LINK:
        return f'{escape(block.lead)} <a href="{escape(block.path)}">{escape(block.text)}</a>'
    return escape(block.text)
