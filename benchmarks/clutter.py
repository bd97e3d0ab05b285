"""Clutter: lines injected into real articles, in every wrapper they come in, against trafilatura alone.

After the 2nd and the 4th paragraph of the article a line is put: a slot's size, an ad label, a linked "Lea
también", a newsletter prompt. Shown is the share that is gone from the text, of both in the same run, and how
many body paragraphs went with it. Promises: at least 0.99 of them gone, and no paragraph lost.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import html as lxml_html
from lxml.html import HtmlElement

from benchmarks.labelled import SETS, LabelledPage, labelled_pages, trafilatura_alone
from benchmarks.measure import print_table, promise
from pipeline.items import ChannelKind, Entry, Page
from pipeline.reading.page import reading_of

_HEADLINE = "El puente de Altozano reabre tras dos años de obras"
_LINES = {
    "970x125": "970x125",
    "ADVERTISEMENT": "ADVERTISEMENT",
    "Publicidad": "Publicidad",
    "Lea también: link": f'Lea también: <a href="/altozano/puente">{_HEADLINE}</a>',
    "Lea también in link": f'<a href="/altozano/puente">Lea también: {_HEADLINE}</a>',
    "newsletter, English": "Sign up for our newsletter to get the top stories in your inbox every morning.",
    "newsletter, Spanish": "Suscríbete a nuestro boletín y recibe cada mañana las noticias más importantes.",
}
_AFTER = (2, 4)
_SHORTEST_PARAGRAPH = 80
_NOW = datetime.now(UTC)

_Wrapper = Callable[[HtmlElement, str], None]
_Reader = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Host:
    """A page that lines are injected into, and its body paragraphs in document order."""

    url: str
    tree: HtmlElement
    places: tuple[int, ...]
    """Of the body paragraphs, among all ``p`` elements."""

    def html(self, wrapper: _Wrapper | None = None, line: str = "") -> str:
        """Return the page with the line after the 2nd and 4th paragraph, or as it is."""
        tree = deepcopy(self.tree)
        paragraphs = list(tree.iter("p"))
        if wrapper is not None:
            for number in _AFTER:
                wrapper(paragraphs[self.places[number - 1]], line)
        return str(lxml_html.tostring(tree, encoding="unicode"))


@dataclass(slots=True)
class _Score:
    injected: int = 0
    gone: int = 0
    lost: int = 0

    @property
    def share(self) -> float:
        return self.gone / self.injected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60, help="so many pages, spread over the sets")
    hosts = _hosts(parser.parse_args().pages)
    ours, peer = _scores(hosts, _our_text), _scores(hosts, _peer_text)
    rows = [
        [line, wrapper, ours[line, wrapper].share, ours[line, wrapper].lost, score.share, score.lost]
        for (line, wrapper), score in peer.items()
    ]
    print(f"{len(hosts)} pages, two lines in each")
    print_table(["line", "wrapper", "gone", "lost", "gone: trafilatura", "lost: trafilatura"], rows)
    total = Counter[str]()
    for score in ours.values():
        total.update(injected=score.injected, gone=score.gone, lost=score.lost)
    promise("share of injected lines gone", total["gone"] / total["injected"], at_least=0.99)
    promise("body paragraphs lost", total["lost"], at_most=0)


def _hosts(count: int) -> list[_Host]:
    pages = [host for name in SETS for host in map(_host, labelled_pages(name)) if host is not None]
    step = max(1, len(pages) // count)
    return pages[::step][:count]


def _host(page: LabelledPage) -> _Host | None:
    """The page with its body paragraphs; None where too few can be told for certain."""
    tree = lxml_html.fromstring(
        page.html.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
    )
    label = " ".join(page.text.split())
    texts = [" ".join(paragraph.text_content().split()) for paragraph in tree.iter("p")]
    places = tuple(
        place for place, text in enumerate(texts) if len(text) >= _SHORTEST_PARAGRAPH and text in label
    )
    return _Host(url=page.url, tree=tree, places=places) if len(places) > max(_AFTER) else None


def _scores(hosts: Sequence[_Host], reader: _Reader) -> dict[tuple[str, str], _Score]:
    scores = {(line, wrapper): _Score() for line in _LINES for wrapper in _WRAPPERS}
    for host in hosts:
        plain = reader(host.html(), host.url)
        body = _body(host, plain)
        for (name, wrapper), score in scores.items():
            seen = _HEADLINE if _HEADLINE in _LINES[name] else _LINES[name]
            text = reader(host.html(_WRAPPERS[wrapper], _LINES[name]), host.url)
            folded = " ".join(text.split())
            score.injected += len(_AFTER)
            score.gone += len(_AFTER) - max(0, text.count(seen) - plain.count(seen))
            score.lost += sum(paragraph not in folded for paragraph in body)
    return scores


def _body(host: _Host, plain: str) -> list[str]:
    """The body paragraphs that are read from the page when nothing is injected."""
    paragraphs = list(host.tree.iter("p"))
    folded = " ".join(plain.split())
    texts = (" ".join(paragraphs[place].text_content().split()) for place in host.places)
    return [text for text in texts if text in folded]


def _our_text(html: str, url: str) -> str:
    entry = Entry(url=url, source="benchmark", channel=ChannelKind.DIRECT)
    return reading_of(Page(entry=entry, url=url, body=html.encode(), fetched_at=_NOW)).text


def _peer_text(html: str, url: str) -> str:
    found = trafilatura_alone(html, url)
    return (found.text or "") if found else ""


def _fragment(markup: str) -> Iterator[HtmlElement]:
    yield from lxml_html.fragment_fromstring(markup, create_parent="div")


def _in_paragraph(paragraph: HtmlElement, line: str) -> None:
    for element in _fragment(f"<p>{line}</p>"):
        _add_after(paragraph, element)


def _in_slot(paragraph: HtmlElement, line: str) -> None:
    for element in _fragment(f'<div class="dfp" id="div-gpt-ad-1"><p>{line}</p></div>'):
        _add_after(paragraph, element)


def _after_break(paragraph: HtmlElement, line: str) -> None:
    paragraph.extend(_fragment(f"<br>{line}"))


def _bare(paragraph: HtmlElement, line: str) -> None:
    """Text between two paragraphs, in no element of its own."""
    parts = lxml_html.fragment_fromstring(line, create_parent="div")
    rest, paragraph.tail = paragraph.tail or "", f"\n{parts.text or ''}"
    last = paragraph
    for element in list(parts):
        last.addnext(element)
        last = element
    last.tail = f"{last.tail or ''}\n{rest}"


def _add_after(paragraph: HtmlElement, element: HtmlElement) -> None:
    """Put an element behind a paragraph and before the text that follows it."""
    element.tail, paragraph.tail = paragraph.tail, "\n"
    paragraph.addnext(element)


_WRAPPERS: dict[str, _Wrapper] = {
    "p": _in_paragraph,
    "p in div.dfp": _in_slot,
    "after br": _after_break,
    "bare text": _bare,
}


if __name__ == "__main__":
    main()
