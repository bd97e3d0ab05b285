"""What narrows a search beside its query: the options that search and export share."""

from collections.abc import Callable, Set
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from pipeline.errors import ConfigError, QueryError, SourceError, WatchError
from pipeline.keys import unknown_name
from pipeline.query import parse
from pipeline.syntax import Published
from pipeline.words import fold
from storage import Corpus
from storage.search.selection import Filters
from storage.sources import Sources
from tearsheet.config import load_config

__all__ = ["InstantOption", "check_filters", "filter_options", "filters_from"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


class InstantOption(click.ParamType[datetime]):
    """A day (2025, 2025-08, 2025-08-12) or a time ago (12h, 7d, 2w), as ``after:`` takes them."""

    name = "date"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant meant, as click asks for it."""
        if isinstance(value, datetime):
            return value
        try:
            node = parse(f'after:"{value}"', now=datetime.now(UTC))
        except QueryError:
            node = None
        if not isinstance(node, Published):
            self.fail(
                f"{value!r} is no date; write a day such as 2025-08-12, or a time ago such as 7d", param, ctx
            )
        return node.at


_OPTIONS = (
    click.option(
        "--since", type=InstantOption(), metavar="DATE", help="Published at or after: 2025-08-12 or 7d."
    ),
    click.option("--until", type=InstantOption(), metavar="DATE", help="Published before."),
    click.option("--source", metavar="NAME", help="Only from this source."),
    click.option("--lang", metavar="CODE", help="Only in this language, e.g. es."),
    click.option("--watch", metavar="NAME", help="Only what this watch wants."),
    click.option("--include-copies", is_flag=True, help="Also the copies of an article."),
    click.option(
        "--include-off-topic",
        is_flag=True,
        help="Also what no watch wants, where it was kept, or is marked so.",
    ),
)


def filter_options(command: _Command) -> _Command:
    """Add the filters to a command; they arrive as the keys of Filters."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def filters_from(options: dict[str, Any]) -> Filters:
    """Return the filters among a command's options, and take them out of it."""
    filters: Filters = {
        "since": options.pop("since"),
        "until": options.pop("until"),
        "source": options.pop("source"),
        "lang": options.pop("lang"),
        "watch": options.pop("watch"),
        "include_copies": options.pop("include_copies"),
        "include_off_topic": options.pop("include_off_topic"),
    }
    return filters


def check_filters(config_path: str | None, corpus: Corpus, filters: Filters) -> None:
    """Refuse a source or watch that does not exist: a misspelt name must not look like no news."""
    config = load_config(config_path)
    if source := filters.get("source"):
        # Those of imports are in the corpus only.
        names = {known.name for known in config.sources} | Sources(corpus).states().keys()
        _known(source, names, "source", SourceError)
    if watch := filters.get("watch"):
        _known(
            watch,
            {known.name for known in config.watches},
            "watch",
            WatchError,
        )


def _known(name: str, names: Set[str], what: str, error: type[ConfigError]) -> None:
    if fold(name) not in map(fold, names):
        command = {"source": "sources", "watch": "watch"}[what]
        raise unknown_name(what, name, names, otherwise=f"`tearsheet {command}` lists them", error=error)
