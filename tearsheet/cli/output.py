"""What commands print: tables for people, JSON for scripts. Results to stdout, everything else to stderr."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from storage.search.carriage import Carriage

__all__ = [
    "carried",
    "counted",
    "instant",
    "json_text",
    "note",
    "print_json",
    "print_json_line",
    "print_table",
    "shown",
    "stdout",
]

# A pipe has no width: lines are as long as they need to be.
_PIPE_WIDTH = 240
_COLUMN_WIDTH = 88
# What could move a terminal's cursor or turn its text around: escape sequences, C1 controls, bidi overrides.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def stdout(*, reading: bool = False) -> Console:
    """Return the console for results: coloured and as wide as the terminal, plain and wide in a pipe.

    For ``reading`` it is no wider than a column of text should be.
    """
    is_terminal = sys.stdout.isatty()
    width = None if is_terminal else _PIPE_WIDTH
    if is_terminal and reading:
        width = min(Console().width, _COLUMN_WIDTH)
    return Console(width=width, highlight=False, markup=False, soft_wrap=not is_terminal)


def instant(at: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def carried(carriage: Carriage) -> str:
    """Say how far a text went.

    >>> carried(Carriage(14, 13, ("AP", "EFE")))
    'carried by 14, from 2 independent origins'
    >>> carried(Carriage(2, 2, ("elsol.example",)))
    'carried by 2, from 1 origin'
    """
    number = len(carriage.origins)
    origins = "1 origin" if number == 1 else f"{number} independent origins"
    return f"carried by {carriage.articles}, from {origins}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "URL"), counted(2, "copy", "copies")
    ('1 URL', '2 copies')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def shown(text: str) -> str:
    """Return text from the web so that it can do nothing to a terminal."""
    return _UNSHOWN.sub("", text)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Print rows under their column names; numbers to the right."""
    cells = [[Text(shown("" if cell is None else str(cell))) for cell in row] for row in rows]
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        is_number = bool(cells) and all(_NUMBER.fullmatch(row[place].plain) for row in cells)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        table.add_row(*row)
    out = stdout()
    if out.is_terminal:
        out.print(table)
        return
    with out.capture() as printed:
        out.print(table)
    # Columns are filled up with blanks, which a pipe has no use for.
    for line in printed.get().splitlines():
        click.echo(line.rstrip())


_NUMBER = re.compile(r"[\d.,]*")


def print_json(document: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one JSON document."""
    click.echo(json_text(document, indent=2))


def print_json_line(document: Mapping[str, Any]) -> None:
    """Print one line of JSON Lines."""
    click.echo(json_text(document))


def json_text(document: object, *, indent: int | None = None) -> str:
    """Return JSON in which what could move a terminal's cursor is escaped: it says the same, does nothing."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def note(text: str) -> None:
    """Print a line that is not a result: to stderr."""
    click.echo(shown(text), err=True)
