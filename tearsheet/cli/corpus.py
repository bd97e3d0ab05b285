"""``tearsheet corpus``: the files of the corpus, copied and kept in order."""

import dataclasses
from pathlib import Path

import click

from storage import Corpus
from storage.backup import back_up
from storage.copy import copy_corpus
from storage.upkeep import keep_up
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, print_json
from tearsheet.lock import run_lock

__all__ = ["command"]


@click.group("corpus")
def command() -> None:
    """Look after the files of the corpus."""


@command.command("backup")
@click.argument("to", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def backup(config_path: str | None, *, to: Path, as_json: bool) -> None:
    """Copy the corpus to FILE, and its raw pages beside it, while it is in use. The copy is checked."""
    with opened_corpus(config_path) as corpus:
        done = back_up(corpus, to)
    if as_json:
        print_json({name: str(value) if isinstance(value, Path) else value for name, value in _fields(done)})
        return
    pages = f" and {done.pages}" if done.pages else ""
    click.echo(f"{counted(done.articles, 'article')} in {done.corpus}{pages} ({done.size / 1e6:.1f} MB).")


@command.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--from-pages", metavar="URL", default="", help="Where the raw pages of FROM are.")
@click.option("--to-pages", metavar="URL", default="", help="Where those of TO are to be.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def copy(*, source: str, target: str, from_pages: str, to_pages: str, as_json: bool) -> None:
    """Copy the corpus at FROM, a database URL, into the empty database at TO. Every row is compared."""
    with (
        Corpus.open(source, pages_url=from_pages) as there,
        Corpus.open(target, pages_url=to_pages, write=True) as here,
    ):
        done = copy_corpus(there, here)
    if as_json:
        pages = str(done.pages) if done.pages else None
        print_json({"articles": done.articles, "rows": dict(done.rows), "pages": pages})
        return
    beside = f"; its raw pages are in {done.pages}" if done.pages else ""
    click.echo(f"{counted(done.articles, 'article')} copied, every row the same in both{beside}.")


@command.command("upkeep")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def upkeep(config_path: str | None, *, as_json: bool) -> None:
    """Write the full-text index anew and give back room on the disk; once a week will do."""
    with opened_corpus(config_path, write=True) as corpus, run_lock(corpus):
        done = keep_up(corpus)
    if as_json:
        print_json(dataclasses.asdict(done))
        return
    click.echo(f"The index is in order; {done.freed_bytes / 1e6:.1f} MB given back.")


def _fields(done: object) -> list[tuple[str, object]]:
    return [(field.name, getattr(done, field.name)) for field in dataclasses.fields(done)]  # type: ignore[arg-type]
