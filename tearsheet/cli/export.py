"""``tearsheet export``: articles as JSON Lines or CSV, from one snapshot."""

import io
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TextIO

import click

from storage.export import atomic, write_csv, write_jsonl
from storage.search.records import Record
from tearsheet.cli.filters import check_filters, filter_options, filters_from
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, note

__all__ = ["command"]

_WRITERS: dict[str, Callable[[Iterable[Record], TextIO], int]] = {"jsonl": write_jsonl, "csv": write_csv}


@click.command("export")
@click.argument("query", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(tuple(_WRITERS)), help="Default: by the file's ending, else jsonl."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else stdout.")
@click.option("--frozen", metavar="NAME", help="A frozen set, as it was; instead of a query.")
@filter_options
@click.pass_obj
def command(
    config_path: str | None,
    /,
    *,
    query: tuple[str, ...],
    form: str | None,
    output: Path | None,
    frozen: str | None,
    **options: Any,
) -> None:
    """Write what the query finds, or everything; a file is there whole or not at all."""
    filters, write = filters_from(options), _WRITERS[_form(form, output)]
    if frozen is not None and (query or any(filters.values())):
        raise click.UsageError("--frozen gives a set as it was: leave out the query and its filters.")
    with opened_corpus(config_path) as corpus:
        check_filters(config_path, corpus, filters)
        if frozen is None:
            records = corpus.export(" ".join(query), **filters)
        else:
            records = corpus.export_frozen(frozen)
        if output is None:
            write(records, _stdout())
            return
        with atomic(output) as stream:
            count = write(records, stream)
    note(f"{counted(count, 'article')} in {output}.")


def _stdout() -> TextIO:
    """Return stdout as UTF-8; CSV has its own line ends (RFC 4180), which a text stream must not change."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout


def _form(form: str | None, output: Path | None) -> str:
    """The format asked for, else that of the file's ending, else JSON Lines."""
    ending = output.suffix.lower().lstrip(".") if output else ""
    return form or (ending if ending in _WRITERS else "jsonl")
