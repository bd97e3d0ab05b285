"""Records as JSON Lines and as CSV."""

import csv
import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TextIO

from pipeline.facts import Facts
from storage.search.records import Record

__all__ = ["COLUMNS", "write_csv", "write_jsonl"]

# A spreadsheet runs a cell that begins with one of these as a formula; the wide ones in Japanese.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")

_FACTS = tuple(Facts().as_dict())
COLUMNS = (*(field.name for field in fields(Record) if field.name != "facts"), *_FACTS)
"""Those of a record, and in place of its facts one for each."""


def write_jsonl(records: Iterable[Record], stream: TextIO) -> int:
    """Write one JSON object a line, in UTF-8 as it is; return how many."""
    number = 0
    for record in records:
        stream.write(json.dumps(record.as_dict(), ensure_ascii=False) + "\n")
        number += 1
    return number


def write_csv(records: Iterable[Record], stream: TextIO) -> int:
    """Write CSV after RFC 4180 with a header, lists joined by ``; ``; return how many.

    Facts have a column each, with their values alone. A cell that a spreadsheet would run as a formula gets
    an apostrophe in front. Open the stream with ``newline=""``.
    """
    rows = csv.writer(stream)
    rows.writerow(COLUMNS)
    number = 0
    for record in records:
        values = record.as_dict()
        values |= values.pop("facts")
        rows.writerow([_cell(values[name]) for name in COLUMNS])
        number += 1
    return number


def _cell(value: Any) -> str | int | float:
    match value:
        case None:
            return ""
        case int() | float():
            return value
        case {"value": said}:
            return _cell(said)
        case list():
            return _cell("; ".join(_named(one) for one in value))
    return "'" + value if value.startswith(_FORMULA_STARTS) else str(value)


def _named(one: Any) -> str:
    """Return what stands for one of a list: a watch's name, a mark, a fact's value, itself."""
    match one:
        case {"name": said} | {"value": said}:
            return str(said)
        case {"watch": watch, "verdict": verdict}:
            return f"{watch}: {verdict}"
    return str(one)
