"""CSV with a source a line: text -> rows, sources -> text."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import InputError
from pipeline.items import Source
from pipeline.words import fold
from spiders.links import web_address
from tearsheet.exchange import BadRow, Row

__all__ = ["COLUMNS", "csv_from_sources", "rows_from_csv"]

COLUMNS = (
    "name",
    "feeds",
    "sitemaps",
    "sections",
    "language",
    "timezone",
    "tier",
    "every",
    "enabled",
    "note",
)
_ALSO_CALLED = {
    "feed": "feeds",
    "feed_url": "feeds",
    "xmlurl": "feeds",
    "rss": "feeds",
    "sitemap": "sitemaps",
    "section": "sections",
    "lang": "language",
    "title": "name",
    "source": "name",
    "address": "url",
    "link": "url",
}
_ADDRESSES = frozenset({"feeds", "sitemaps", "sections", "url"})
_YES = frozenset("true yes on 1 si verdadero".split())
_NO = frozenset("false no off 0 falso".split())
# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_START = 4096


def rows_from_csv(text: str, file: Path) -> Iterator[Row | BadRow]:
    """Yield a row for each line below the one that names the columns, or for each line of lone addresses.

    The separator is a comma, a semicolon or a tab; several addresses in a cell stand with blanks between.
    Raises InputError when the columns cannot be told.
    """
    columns: list[str] = []
    for line, cells in _records(text):
        if isinstance(cells, csv.Error):
            yield BadRow(line=line, reason=f"it cannot be read: {cells}")
        elif columns:
            yield _row(line, columns, cells)
        elif web_address(cells[0], base=""):
            columns = ["url"]
            yield _row(line, columns, cells)
        else:
            columns = [_column(cell) for cell in cells]
            if _ADDRESSES.isdisjoint(columns):
                known = ", ".join((*COLUMNS, "url"))
                raise InputError(f"{file}: its first line names no column of addresses; known are {known}")
    if not columns:
        raise InputError(f"{file} has no line to read")


def csv_from_sources(sources: Iterable[Source]) -> str:
    """Return CSV after RFC 4180 with a header; what would run as a formula has an apostrophe in front."""
    stream = io.StringIO(newline="")
    rows = csv.writer(stream)
    rows.writerow(COLUMNS)
    for source in sources:
        rows.writerow([_cell(getattr(source, column)) for column in COLUMNS])
    return stream.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return _cell(" ".join(value))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _records(text: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """The records that are not blank, each with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error
            continue
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]


def _separator(text: str) -> str:
    head = next((line for line in text[:_START].splitlines() if line.strip()), "")
    # A lone address may have a comma or a semicolon in it.
    if head.strip().startswith(("http://", "https://")):
        return "\t"
    return max(",;\t", key=head.count)


def _column(cell: str) -> str:
    name = fold(cell).replace(" ", "_")
    return _ALSO_CALLED.get(name, name)


def _row(line: int, columns: Sequence[str], cells: Sequence[str]) -> Row | BadRow:
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        return BadRow(line=line, reason=f"it has {len(cells)} cells for {len(columns)} columns")
    written = {column: _unescaped(cell) for column, cell in zip(columns, cells, strict=False) if cell}
    addresses = {column: cell for column, cell in written.items() if column in _ADDRESSES}
    if not addresses:
        return BadRow(line=line, reason="it names no address")
    return Row(line=line, name=written.get("name", ""), table=_table(written))


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell


def _table(written: Mapping[str, str]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for column, cell in written.items():
        if column in _ADDRESSES:
            for address in cell.split():
                kind = _kind(address) if column == "url" else column
                table.setdefault(kind, []).append(address.rstrip(";,|"))
        elif column in COLUMNS and column != "name":
            table[column] = _value(column, cell)
    return table


def _kind(address: str) -> str:
    """What an address without a column of its own most likely is; `sources check` tells whether it is."""
    path = urlsplit(address).path.lower()
    return "sitemaps" if "sitemap" in path or path.endswith("/robots.txt") else "feeds"


def _value(column: str, cell: str) -> object:
    """The value as TOML would have it; what cannot be one stays text, which is refused with the reason."""
    if column == "tier" and cell.isdecimal():
        return int(cell)
    if column == "enabled" and fold(cell) in _YES | _NO:
        return fold(cell) in _YES
    return cell.lower() if column == "language" else cell
