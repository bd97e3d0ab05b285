"""What the pages of a source gave, day by day: for people, and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pipeline.figures import Day
from tearsheet.cli.output import print_table

__all__ = ["days_as_dicts", "print_days"]

_COLUMNS = "day", "pages", "articles", "characters", "cut", "residue", "dated", "signed", "without article"


def print_days(days: Sequence[Day]) -> None:
    """Print a line for each day, the last first: lengths and residue of an article, lines cut from a page."""
    print_table(_COLUMNS, [_row(day) for day in reversed(days)])


def days_as_dicts(days: Sequence[Day]) -> list[dict[str, Any]]:
    """Return the documented JSON shape of the days: sums, the first day first."""
    return [asdict(day) | {"day": day.day.isoformat()} for day in days]


def _row(day: Day) -> tuple[object, ...]:
    characters, residue = day.per_article(day.characters), day.per_article(day.residue)
    return (
        day.day,
        day.pages,
        day.articles,
        None if characters is None else f"{characters:.0f}",
        f"{day.per_page(day.lines_cut):.1f}",
        None if residue is None else f"{residue:.1f}",
        day.articles - day.undated,
        day.articles - day.unsigned,
        ", ".join(f"{count} {fate}" for fate, count in (*day.rejected.items(), *day.refused.items())),
    )
