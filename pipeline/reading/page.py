"""One page -> its reading: text, metadata and receipt, or the reason why there is no article."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from pipeline.items import UNKNOWN_TIME, Fate, Flag, Page, Removed, Stamp
from pipeline.reading.anchors import Words, link_lines
from pipeline.reading.authors import names_from_byline
from pipeline.reading.boilerplate import without_clutter, without_headline, without_teasers
from pipeline.reading.charset import decode
from pipeline.reading.dates import Told, modified_stamp, published_stamp
from pipeline.reading.language import declared_language, language_of
from pipeline.reading.lines import Line, joined, lines_from_body
from pipeline.reading.mending import mend
from pipeline.reading.metadata import metadata_from_tree
from pipeline.reading.standfirst import standfirst_of
from pipeline.reading.structured import structured
from pipeline.reading.tree import parse, without_unseen
from pipeline.words import words

__all__ = ["Reading", "reading_of"]

# A flash of two sentences is an article; a lone line is a caption, a notice or an empty template.
_SHORTEST_TEXT = 60
# A wall is short and speaks of nothing but consent.
_LONGEST_WALL = 2_000
_CONSENT = re.compile(
    r"\b(?:cookies?|consent\w*|gdpr|privacy (?:policy|settings)|legitimate interest|our partners|"
    r"política de (?:privacidad|cookies)|nuestros socios|aceptar (?:todo|y continuar))\b",
    re.IGNORECASE,
)
_CONSENT_MENTIONS = 3
_HEADINGS_OF_A_LIST = 4
_LONGEST_NOTICE = 600
_NOT_FOUND = re.compile(
    r"\b(?:page|article) not found\b|\b(?:página|nota|noticia) no (?:encontrada|existe|disponible)\b"
    r"|\berror 404\b|^404(?: not found| error)?(?=\W*$| [|–—-])",
    re.IGNORECASE,
)
_SHORTEST_BODY = 400
_BODY_OVER_LINES = 4
_TAGS = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read from a page; ``fate`` is None when it is an article."""

    fate: Fate | None = None
    reason: str = ""
    title: str = ""
    standfirst: str = ""
    text: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    canonical_url: str = ""
    published: Stamp = UNKNOWN_TIME
    modified: Stamp = UNKNOWN_TIME
    flags: tuple[Flag, ...] = ()
    removed: tuple[Removed, ...] = ()


def reading_of(page: Page, *, timezone: str = "UTC", language: str = "") -> Reading:
    """Read a page: decode, parse once, extract, cut clutter, resolve metadata. CPU-bound, some 25 ms.

    ``timezone`` holds for times without a zone, ``language`` is a hint of what to expect.
    """
    tree = parse(decode(page.body, page.content_type))
    if tree is None:
        return Reading(fate=Fate.NOT_HTML, reason="no markup in it")
    return _reading_of_tree(tree, page, timezone=timezone, language=language)


def _reading_of_tree(tree: HtmlElement, page: Page, *, timezone: str, language: str) -> Reading:
    said = structured(tree)
    about = metadata_from_tree(tree, url=page.url, said=said)
    mend(without_unseen(tree))
    lines = _rescued(_extracted(tree, page.url), said.body)
    links = link_lines(tree, text="\n".join(line.text for line in lines))
    body = {tuple(words(line.text)) for line in lines}
    standfirst = standfirst_of(tree, summaries=about.summaries, body=body)
    kept, removed = _cut(lines, titles=about.titles, standfirst=standfirst, links=links)
    text = joined(kept)
    told = Told(
        tree=tree,
        page=page,
        said=said,
        date_lines=_date_lines(removed),
        timezone=timezone,
        language=language or declared_language(tree),
    )
    title = about.title or page.entry.title
    fate, reason = _verdict(
        text, title=title, kind=about.kind, linked_headings=_linked_headings(lines, links)
    )
    return Reading(
        fate=fate,
        reason=reason,
        title=title,
        standfirst=standfirst,
        text=text,
        language=language_of(
            f"{title}\n{text}", hints=(language, declared_language(tree), said.language[:2].lower())
        ),
        authors=about.authors or page.entry.authors or _authors_in(removed),
        canonical_url=about.canonical_url,
        published=published_stamp(told),
        modified=modified_stamp(told),
        flags=() if said.is_free else (Flag.PAYWALLED,),
        removed=removed,
    )


def _date_lines(removed: tuple[Removed, ...]) -> tuple[str, ...]:
    """The dates that were cut from the head of the text, alone or behind a byline."""
    parts = (part for cut in removed if cut.rule in {"byline", "date-line"} for part in cut.text.split("|"))
    return tuple(part.strip(" ·•–—") for part in parts)


def _authors_in(removed: tuple[Removed, ...]) -> tuple[str, ...]:
    """The people of a byline that was cut from the head of the text."""
    bylines = (cut.text.partition("|")[0] for cut in removed if cut.rule == "byline")
    return tuple(name for text in bylines for name in names_from_byline(text))


def _extracted(tree: HtmlElement, url: str) -> tuple[Line, ...]:
    document = bare_extraction(tree, url=url, include_comments=False, include_tables=True)
    if not isinstance(document, Document) or document.body is None:
        return ()
    return lines_from_body(document.body)


def _rescued(lines: tuple[Line, ...], body: str) -> tuple[Line, ...]:
    """The lines found, or those of the JSON-LD's body where the page itself shows hardly any of it.

    Elsewhere what is visible wins: bodies in JSON-LD are often cut short or without paragraphs. Extraction
    falls back on that body too, but as one line.
    """
    found = sum(len(line.text) for line in lines)
    is_fallback = len(lines) == 1 and words(lines[0].text) == words(body)
    if len(body) < _SHORTEST_BODY or (found * _BODY_OVER_LINES > len(body) and not is_fallback):
        return lines
    texts = (" ".join(unescape(text).split()) for text in _TAGS.sub("\n", body).splitlines())
    return tuple(Line(text=text, kind="p", opens=True) for text in texts if text)


def _cut(
    lines: tuple[Line, ...], *, titles: Iterable[str], standfirst: str, links: frozenset[Words]
) -> tuple[tuple[Line, ...], tuple[Removed, ...]]:
    headline = without_headline(enumerate(lines), titles=titles, standfirst=standfirst)
    teasers = without_teasers(headline.lines, links=links)
    clutter = without_clutter(teasers.lines)
    removed = sorted(headline.removed + teasers.removed + clutter.removed, key=lambda removed: removed.line)
    return tuple(line for _, line in clutter.lines), tuple(removed)


def _linked_headings(lines: tuple[Line, ...], links: frozenset[Words]) -> int:
    return sum(line.kind == "head" and tuple(words(line.text)) in links for line in lines)


def _verdict(text: str, *, title: str, kind: str, linked_headings: int) -> tuple[Fate | None, str]:
    """Whether what was found is an article; else its fate and the reason."""
    if not text:
        return Fate.NOT_ARTICLE, "no text found"
    if kind != "article" and linked_headings >= _HEADINGS_OF_A_LIST:
        return Fate.NOT_ARTICLE, f"a list of {linked_headings} linked headlines"
    if len(text) <= _LONGEST_NOTICE and _NOT_FOUND.search(title):
        return Fate.NOT_ARTICLE, "it says that the page is not there"
    if len(text) <= _LONGEST_NOTICE and kind.startswith("video"):
        return Fate.TOO_SHORT, f"a video with {len(text)} characters of text"
    mentions = len(_CONSENT.findall(text)) if len(text) <= _LONGEST_WALL else 0
    if mentions >= _CONSENT_MENTIONS:
        return Fate.CONSENT_WALL, f"{mentions} mentions of cookies and consent in {len(text)} characters"
    if len(text) < _SHORTEST_TEXT:
        return Fate.TOO_SHORT, f"{len(text)} characters"
    if not title:
        return Fate.NOT_ARTICLE, "no headline"
    return None, ""
