"""``tearsheet freeze``: keep what a query finds, as it is, under a name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from storage.frozen.freezing import freeze
from tearsheet.cli.filters import check_filters, filter_options, filters_from
from tearsheet.cli.frozen import print_set
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import note, print_json

__all__ = ["command"]

# Fewer are frozen in a second, less than it takes to import what draws a bar.
_WORTH_A_BAR = 5_000


@click.command("freeze")
@click.argument("query", nargs=-1)
@click.option("--name", required=True, metavar="NAME", help="What the set is called from now on.")
@filter_options
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(
    config_path: str | None, /, *, query: tuple[str, ...], name: str, as_json: bool, **options: Any
) -> None:
    """Keep what the query finds, or everything, as it is now: `tearsheet export --frozen NAME` gives it."""
    filters, asked = filters_from(options), " ".join(query)
    with opened_corpus(config_path, write=True) as corpus:
        check_filters(config_path, corpus, filters)
        with _progress(corpus.count(asked, **filters)) as advance:
            made = freeze(corpus, asked, filters, name=name, at=datetime.now(UTC), advance=advance)
    if as_json:
        print_json(made.as_dict())
        return
    print_set(made)
    if not made.articles:
        note("Nothing is found by it today.")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    if total < _WORTH_A_BAR:
        yield lambda _: None
        return
    from tearsheet.cli.progress import advance, progress_bar

    with progress_bar("Freezing", total) as (bar, task):
        yield lambda count: advance(bar, task, count)
