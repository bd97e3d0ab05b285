"""``tearsheet export``: articles as JSON Lines or CSV, from one snapshot."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from storage.export import atomic, write_csv, write_jsonl
from storage.search.records import Record
from tearsheet.cli.filters import filter_options, filters_from
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, note

__all__ = ["command"]

_WRITERS: dict[str, Callable[[Iterable[Record], TextIO], int]] = {"jsonl": write_jsonl, "csv": write_csv}


@click.command("export")
@click.argument("query", nargs=-1)
@click.option("--format", "form", type=click.Choice(tuple(_WRITERS)), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else stdout.")
@filter_options
@click.pass_obj
def command(
    config_path: str | None, /, *, query: tuple[str, ...], form: str, output: Path | None, **options: Any
) -> None:
    """Write what the query finds, or everything; a file is there whole or not at all."""
    filters = filters_from(options)
    with opened_corpus(config_path) as corpus:
        records = corpus.export(" ".join(query), **filters)
        if output is None:
            with _stdout() as stream:
                _WRITERS[form](records, stream)
            return
        with atomic(output) as stream:
            count = _WRITERS[form](records, stream)
    note(f"{counted(count, 'article')} in {output}.")


@contextmanager
def _stdout() -> Iterator[TextIO]:
    """Give stdout as UTF-8; CSV has its own line ends (RFC 4180), which a text stream must not change."""
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield stream
    finally:
        stream.detach()  # closed, it would take stdout along
