"""The pages of a check, written as recorded pages: to be reviewed, and kept as tests."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import ConfigError
from pipeline.items import Article, Fate, Page, Rejected, Source
from pipeline.recorded import RecordedPage, document_text
from pipeline.urls import url_key
from pipeline.words import words
from tearsheet.check import Check

__all__ = ["file_name", "write_recordings"]

_SUFFIX = re.compile(r"\.(?:[sx]?html?|php|aspx?|jsp)$")
_LONGEST_NAME = 80


def write_recordings(check: Check, folder: Path) -> dict[str, Path]:
    """Write ``name.html`` and ``name.json`` for each page that was read; return the .html by its URL.

    A pair that is there, even half of it, is left alone: somebody may have reviewed it. Raises ConfigError
    when the folder cannot be written.
    """
    written: dict[str, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for page in _read_pages(check):
            file = folder / f"{file_name(page.url)}.html"
            if not (file.exists() or file.with_suffix(".json").exists()):
                _write(file, page, check.source)
                written[page.url] = file
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written: {error.strerror}") from error
    return written


def file_name(url: str) -> str:
    """Return a name for the file of a page, made of the words of its path and query.

    >>> file_name("https://www.gazette.example/news/Ochoa-entregado.html?id=7&utm_source=rss")
    'news-ochoa-entregado-id-7'
    """
    parts = urlsplit(url_key(url))
    said = words(unquote(f"{_SUFFIX.sub('', parts.path)} {parts.query}"))
    name = "-".join(word for word in said if word.isascii())
    return name[-_LONGEST_NAME:].strip("-") or "page"


def _read_pages(check: Check) -> Iterator[Page]:
    """The pages whose reading came to an end: one that broke its worker is not read here."""
    for checked in check.pages:
        match checked.what:
            case Rejected(fate=Fate.PARSE_ERROR):
                continue
            case Article() | Rejected() if checked.page is not None:
                yield checked.page


def _write(file: Path, page: Page, source: Source) -> None:
    recorded = RecordedPage(page=page, timezone=source.timezone, language=source.language)
    file.write_bytes(page.body)
    file.with_suffix(".json").write_text(document_text(recorded, recorded.reading()), encoding="utf-8")
