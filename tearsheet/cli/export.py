"""``tearsheet export``: articles for other programs, from one snapshot."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from storage import Corpus
from storage.export.arrow import write_parquet
from storage.export.citations import write_bibtex, write_ris
from storage.export.files import atomic, atomic_bytes
from storage.export.tabular import write_csv, write_jsonl
from storage.search.records import Record
from tearsheet.cli.filters import check_filters, filter_options, filters_from
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, note

__all__ = ["command"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One way to write records."""

    write: Callable[[Iterable[Record], Any], int]
    is_binary: bool = False
    endings: tuple[str, ...]
    """Of a file's name; they say the form where none is asked for."""

    def opened(self, output: Path | None) -> AbstractContextManager[Any]:
        """Open what is written to; stdout as its form wants it."""
        if output is not None:
            return atomic_bytes(output) if self.is_binary else atomic(output)
        if self.is_binary:
            return nullcontext(sys.stdout.buffer)
        # CSV and RIS have line ends of their own, which a text stream must not change.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        return nullcontext(sys.stdout)


_FORMS = {
    "jsonl": _Form(write=write_jsonl, endings=(".jsonl", ".ndjson")),
    "csv": _Form(write=write_csv, endings=(".csv",)),
    "parquet": _Form(write=write_parquet, is_binary=True, endings=(".parquet",)),
    "bibtex": _Form(write=write_bibtex, endings=(".bib", ".bibtex")),
    "ris": _Form(write=write_ris, endings=(".ris",)),
}


@click.command("export")
@click.argument("query", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(tuple(_FORMS)), help="Default: by the file's ending, else jsonl."
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
    chosen = _FORMS[form] if form else _by_ending(output)
    if chosen.is_binary and output is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is not for a terminal: give --output FILE, or a pipe.")
    with opened_corpus(config_path) as corpus:
        records = _records(config_path, corpus, " ".join(query), frozen, options)
        with chosen.opened(output) as stream:
            count = chosen.write(records, stream)
        forgotten = corpus.frozen_set(frozen).forgotten if frozen else 0
    if forgotten:
        note(f"{counted(forgotten, 'article')} of the set {'is' if forgotten == 1 else 'are'} forgotten.")
    if output is not None:
        note(f"{counted(count, 'article')} in {output}.")


def _records(
    config_path: str | None, corpus: Corpus, query: str, frozen: str | None, options: dict[str, Any]
) -> Iterator[Record]:
    filters = filters_from(options)
    if frozen is None:
        check_filters(config_path, corpus, filters)
        return corpus.export(query, **filters)
    if query or any(filters.values()):
        raise click.UsageError("--frozen gives a set as it was: leave out the query and its filters.")
    corpus.frozen_set(frozen)  # refused before a file is begun
    return corpus.export(frozen=frozen)


def _by_ending(output: Path | None) -> _Form:
    """The form that the file's ending says, else JSON Lines."""
    ending = output.suffix.lower() if output else ""
    return next((form for form in _FORMS.values() if ending in form.endings), _FORMS["jsonl"])
