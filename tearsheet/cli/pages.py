"""Pages and lines that a user gives as files."""

import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from pipeline.errors import InputError
from pipeline.items import ChannelKind, Entry, Page
from pipeline.urls import site

__all__ = ["lines_from_file", "page_from_bytes", "page_from_file", "pages_from_warc", "value_from_line"]


def page_from_file(file: Path, *, url: str = "", source: str = "") -> Page:
    """Return an HTML file as a page fetched now, from ``url`` (else a file URL)."""
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
    address = url or ("" if str(file) == "-" else file.resolve().as_uri())
    return page_from_bytes(body, url=address, source=source)


def page_from_bytes(body: bytes, *, url: str, source: str = "", content_type: str = "") -> Page:
    """Return bytes as a page fetched now."""
    entry = Entry(url=url, source=source, channel=ChannelKind.IMPORT)
    return Page(entry=entry, url=url, body=body, content_type=content_type, fetched_at=datetime.now(UTC))


def lines_from_file(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file (``-``: stdin; gzip by content) with their numbers, without blank ones."""
    try:
        with _opened(file) as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
    except (EOFError, zlib.error) as error:
        raise InputError(f"{file} is damaged: {error}") from error
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error


def value_from_line(line: bytes, where: str) -> Any:
    """Return the JSON value of a line; raises InputError that begins with ``where``."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON: {error}") from error


def _opened(file: Path) -> IO[bytes]:
    if str(file) == "-":
        return sys.stdin.buffer
    with file.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(file, "rb")) if is_gzip else file.open("rb")


def pages_from_warc(file: Path, *, source: str = "") -> Iterator[Page]:
    """Yield the HTML responses of a WARC file, with the address and time of their capture.

    Raises InputError where the optional fastwarc is not installed.
    """
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise InputError(f"{file}: reading WARC needs fastwarc: pip install 'tearsheet[warc]'") from error
    try:
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
                content_type = (record.http_headers and record.http_headers.get("Content-Type")) or ""
                if "html" not in content_type.lower():
                    continue
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                page = page_from_bytes(
                    record.reader.read(), url=url, source=source or site(url), content_type=content_type
                )
                yield replace(page, fetched_at=record.record_date or page.fetched_at)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error
