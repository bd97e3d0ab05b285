"""How what a search found is spread, in tables: over sources and the like, over time, over words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tearsheet.cli.output import counted, note, print_table

if TYPE_CHECKING:
    from storage.search.top_words import TopWords

__all__ = ["print_facets", "print_timeline", "print_top_words", "top_words_as_dict"]

_LONGEST_BAR = 40


def print_facets(facets: Mapping[str, Mapping[str, int]]) -> None:
    """Print a table for each facet; one of which nothing was found is left out."""
    shown = {name: numbers for name, numbers in facets.items() if numbers}
    for name, numbers in shown.items():
        print_table((name, "articles"), [(value or "unknown", number) for value, number in numbers.items()])
        click.echo()


def print_timeline(numbers: Mapping[str, int], period: str) -> None:
    """Print a line for each period, those without an article too."""
    widest = max(numbers.values(), default=1) or 1
    rows = [(name, number, "█" * round(number * _LONGEST_BAR / widest)) for name, number in numbers.items()]
    print_table((period, "articles", ""), rows)


def print_top_words(found: "TopWords") -> None:
    """Print the words that stand out, and in how many of the articles looked at they stand."""
    print_table(("word", "articles"), found.words)
    of_all = "" if found.looked_at == found.count else f" of {found.count}"
    note(f"Counted in {counted(found.looked_at, 'article')}{of_all}.")


def top_words_as_dict(found: "TopWords") -> dict[str, Any]:
    """Return them as JSON."""
    words = [{"word": word, "articles": number} for word, number in found.words]
    return {"count": found.count, "looked_at": found.looked_at, "words": words}
