"""JSON-LD: the nodes a page embeds, and the one that describes its article."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

__all__ = ["Structured", "structured"]

_SCRIPTS = etree.XPath("//script[@type='application/ld+json']")
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """What the page's article node says; empty strings and tuples where it is silent."""

    is_article: bool = False
    headline: str = ""
    description: str = ""
    body: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    language: str = ""
    is_free: bool = True


def structured(tree: HtmlElement) -> Structured:
    """Return what the JSON-LD of a page says of its article; broken JSON is passed over."""
    nodes = [node for script in _SCRIPTS(tree) for node in _nodes(_loaded(script.text or ""))]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    article = next((node for node in nodes if _is_article(node)), None)
    if article is None:
        return Structured()
    return Structured(
        is_article=True,
        headline=" ".join(_text(article.get("headline") or article.get("name")).split()),
        description=_text(article.get("description")),
        body=_text(article.get("articleBody")),
        authors=tuple(dict.fromkeys(_names(article.get("author"), by_id))),
        published=_text(article.get("datePublished")),
        modified=_text(article.get("dateModified")),
        language=_text(article.get("inLanguage")),
        is_free=str(article.get("isAccessibleForFree", True)).lower() not in {"false", "no"},
    )


def _loaded(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield every node at the top, in lists and in graphs, and what a page says it is about."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(value.get(name), depth + 1)


def _is_article(node: Mapping[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(
        isinstance(kind, str) and kind.rsplit("/")[-1].endswith(("Article", "Posting")) for kind in kinds
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    return value.strip() if isinstance(value, str) else ""


def _names(value: Any, by_id: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Iterator[str]:
    """Yield the names of those a node gives as its authors, following references inside the page."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for part in value:
            yield from _names(part, by_id, depth + 1)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        if "name" in value:
            yield from _names(value["name"], by_id, depth + 1)
        elif "givenName" in value or "familyName" in value:
            yield f"{_text(value.get('givenName'))} {_text(value.get('familyName'))}".strip()
        elif value.get("@id") in by_id:
            yield from _names(by_id[value["@id"]], by_id, depth + 1)
