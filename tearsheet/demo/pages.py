"""Articles -> HTML pages, each publisher by its own template."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from importlib.resources import files
from string import Template

from tearsheet.demo.articles import DemoArticle
from tearsheet.demo.markup import body_html
from tearsheet.demo.publishers import Publisher

__all__ = ["article_page", "index_page"]

# What stands between the marks is repeated for every article listed.
_EACH = re.compile(r"<!--each-->(.*?)<!--end-->", re.DOTALL)

_BY = {"en": ("By ", " and "), "es": ("Por ", " y ")}
_NOTICE = {
    "en": "Sample newsroom of Tearsheet: the people and events on these pages are invented.",
    "es": "Redacción de muestra de Tearsheet: las personas y los hechos de estas páginas son inventados.",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
    ),
}


def article_page(article: DemoArticle, publisher: Publisher, related: Sequence[DemoArticle]) -> str:
    """Return the page of an article, with links to related ones."""
    values = {
        **_publisher_values(publisher, article.published_at),
        **_article_values(article, publisher),
        "body": body_html(article.blocks, publisher.markup),
        "json_ld": _json_ld(article, publisher),
    }
    return _filled(publisher.name, values, (_article_values(other, publisher) for other in related))


def index_page(template: str, publisher: Publisher, articles: Sequence[DemoArticle], *, now: datetime) -> str:
    """Return a page that lists articles, by the template of this name."""
    rows = (_article_values(article, publisher) for article in articles)
    return _filled(template, _publisher_values(publisher, now), rows)


def _filled(name: str, values: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> str:
    template = files("tearsheet.demo").joinpath("templates", f"{name}.html").read_text(encoding="utf-8")
    head, row, tail = _EACH.split(template)
    listed = "".join(Template(row).substitute(each) for each in rows)
    return Template(head).substitute(values) + listed + Template(tail).substitute(values)


def _publisher_values(publisher: Publisher, at: datetime) -> dict[str, str]:
    values = {
        "site": publisher.title,
        "motto": publisher.motto,
        "language": publisher.language,
        "feed_path": publisher.feed_path,
        "year": str(at.year),
        "notice": _NOTICE[publisher.language],
    }
    return {name: escape(value) for name, value in values.items()}


def _article_values(article: DemoArticle, publisher: Publisher) -> dict[str, str]:
    local = article.published_at.astimezone(publisher.zone)
    modified = (article.modified_at or article.published_at).astimezone(publisher.zone)
    values = {
        "title": article.title,
        "standfirst": article.standfirst,
        "summary": article.standfirst or article.title,
        "byline": _byline(article.authors, article.language),
        "authors": ", ".join(article.authors),
        "section": article.section,
        "slug": article.slug,
        "path": article.path,
        "url": article.url,
        "date_line": _date_line(local, article.language),
        "iso": local.isoformat(),
        "iso_day": f"{local:%Y-%m-%d}",
        "local_iso": f"{local:%Y-%m-%dT%H:%M}",
        "modified_iso": modified.isoformat(),
    }
    return {name: escape(value) for name, value in values.items()}


def _byline(authors: Sequence[str], language: str) -> str:
    by, last = _BY[language]
    return by + last.join(authors) if authors else ""


def _date_line(at: datetime, language: str) -> str:
    month = _MONTHS[language][at.month - 1]
    if language == "es":
        return f"{at.day} de {month} de {at.year}, {at:%H:%M} h"
    half = "a.m." if at.hour < 12 else "p.m."
    return f"{month} {at.day}, {at.year}, {at.hour % 12 or 12}:{at:%M} {half}"


def _json_ld(article: DemoArticle, publisher: Publisher) -> str:
    organization = {"@type": "NewsMediaOrganization", "name": publisher.title}
    people = [{"@type": "Person", "name": name} for name in article.authors]
    published = article.published_at.astimezone(publisher.zone)
    modified = (article.modified_at or article.published_at).astimezone(publisher.zone)
    graph = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": article.url,
        "headline": article.title,
        "inLanguage": article.language,
        "datePublished": published.isoformat(),
        "dateModified": modified.isoformat(),
        "author": people or [organization],
        "publisher": organization,
    }
    # "</script>" inside a string would end the element.
    return json.dumps(graph, ensure_ascii=False).replace("<", "\\u003c")
