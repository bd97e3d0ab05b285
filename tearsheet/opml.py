"""OPML, the lists that feed readers exchange: text -> rows, sources -> text."""

from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from pipeline.errors import InputError
from pipeline.items import Source
from pipeline.reading.charset import decode
from spiders.documents import plain_line, xml_text
from tearsheet.exchange import Row

__all__ = ["opml_from_sources", "rows_from_opml"]


def rows_from_opml(body: bytes, file: Path) -> tuple[Row, ...]:
    """Return a row for each feed of an OPML file (1.0 or 2.0), however deep it is nested.

    Slips that feed readers let pass are mended. Raises InputError for what is no OPML or names no feed, and
    for a file that declares entities: no feed reader writes any, and a few can fill the memory.
    """
    text = xml_text(body)
    if "<!entity" in text.lower():
        raise InputError(f"{file} declares XML entities; a list of feeds has none, so it is not read")
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.encode(), parser=parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{file} is not OPML: {error}") from error
    if root is None or str(root.tag).lower() != "opml":
        raise InputError(f"{file} is not OPML: it begins with no <opml>")
    # The declaration and blank lines before the first element are cut from the text.
    lines_cut = decode(body, "").count("\n") - text.count("\n")
    outlines = root.iter("outline", "Outline", "OUTLINE")
    rows = [_row(outline, line=(outline.sourceline or 0) + lines_cut) for outline in outlines]
    if not any(rows):
        raise InputError(f"{file} names no feed: none of its outlines has an xmlUrl")
    return tuple(row for row in rows if row is not None)


def _row(outline: etree._Element, *, line: int) -> Row | None:
    """The row of an outline; None for a folder."""
    attributes = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
    address = attributes.get("xmlurl", "")
    if not address:
        return None
    language = attributes.get("language", "").lower()[:2]
    return Row(
        line=line,
        name=plain_line(attributes.get("title") or attributes.get("text") or ""),
        site_url=attributes.get("htmlurl", ""),
        table={"feeds": [_web(address)]} | ({"language": language} if len(language) == 2 else {}),
    )


def _web(address: str) -> str:
    """The address without the scheme by which browsers hand feeds to a feed reader."""
    for scheme in ("feed:", "pcast:"):
        if address.lower().startswith(scheme):
            rest = address[len(scheme) :]
            return f"http:{rest}" if rest.startswith("//") else rest
    return address


def opml_from_sources(sources: Iterable[Source]) -> str:
    """Return OPML 2.0 with an outline for each feed; a source without a feed has no place in it."""
    root = etree.Element("opml", version="2.0")
    head, body = etree.SubElement(root, "head"), etree.SubElement(root, "body")
    etree.SubElement(head, "title").text = "Sources of Tearsheet"
    for source in sources:
        for feed in source.feeds:
            attributes = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": feed}
            etree.SubElement(
                body, "outline", attributes | ({"language": source.language} if source.language else {})
            )
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()
