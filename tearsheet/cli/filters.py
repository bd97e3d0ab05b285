"""What narrows a search beside its query: the options that search and export share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from pipeline.errors import QueryError
from pipeline.query import parse
from pipeline.syntax import Published
from storage.search.selection import Filters

__all__ = ["filter_options", "filters_from"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Instant(click.ParamType[datetime]):
    """A day (2025, 2025-08, 2025-08-12) or a time ago (12h, 7d, 2w), as ``after:`` takes them."""

    name = "date"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
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
    click.option("--since", type=_Instant(), metavar="DATE", help="Published at or after: 2025-08-12 or 7d."),
    click.option("--until", type=_Instant(), metavar="DATE", help="Published before."),
    click.option("--source", metavar="NAME", help="Only from this source."),
    click.option("--lang", metavar="CODE", help="Only in this language, e.g. es."),
    click.option("--watch", metavar="NAME", help="Only what this watch wants."),
    click.option("--include-copies", is_flag=True, help="Also the copies of an article."),
    click.option("--include-off-topic", is_flag=True, help="Also what no watch wants, where it was kept."),
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
