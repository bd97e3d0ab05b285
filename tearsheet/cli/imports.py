"""``tearsheet import``: articles and pages from files."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from pipeline.errors import InputError
from pipeline.records import ImportRecord, record_from_json
from storage import Corpus
from tearsheet.cli.output import print_json
from tearsheet.cli.pages import lines_from_file, page_from_file, pages_from_warc, value_from_line
from tearsheet.cli.progress import progress_bar
from tearsheet.cli.report import print_report, report_as_dict
from tearsheet.config import load_config
from tearsheet.imports import import_records
from tearsheet.writer import Stored

__all__ = ["command"]

_HTML = (".html", ".htm")
_WARC = (".warc", ".warc.gz")


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source", default="", metavar="NAME", help="The source of all of them; else each record's own."
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="A line of JSON per record.")
@click.option("--json", "as_json", is_flag=True, help="Print the run report as JSON.")
@click.pass_obj
def command(
    config_path: str | None, *, files: tuple[Path, ...], source: str, report: Path | None, as_json: bool
) -> None:
    """Take in JSON Lines (.gz too), HTML files and WARC; all of it is kept, whatever the watches say."""
    config = load_config(config_path)
    with ExitStack() as opened, progress_bar("Importing") as (bar, task):
        lines = opened.enter_context(_report_file(report)) if report else None

        def tell(record: ImportRecord, stored: Stored, corpus: Corpus) -> None:
            bar.advance(task)
            if lines is not None:
                lines.write(json.dumps(_line(record, stored, corpus), ensure_ascii=False) + "\n")

        done = import_records(config, _records(files, source), on_stored=tell)
    if as_json:
        print_json(report_as_dict(done))
    else:
        print_report(done)


def _report_file(file: Path) -> IO[str]:
    try:
        return file.open("w", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error


def _records(files: Iterable[Path], source: str) -> Iterator[ImportRecord]:
    for file in files:
        name = str(file).lower()
        if name.endswith(_HTML):
            page = page_from_file(file, source=source or "files")
            yield ImportRecord(entry=page.entry, page=page)
        elif name.endswith(_WARC):
            for page in pages_from_warc(file, source=source):
                yield ImportRecord(entry=page.entry, page=page)
        else:
            yield from _records_from_lines(file, source)


def _records_from_lines(file: Path, source: str) -> Iterator[ImportRecord]:
    for number, line in lines_from_file(file):
        where = f"{file}, line {number}"
        value = value_from_line(line, where)
        yield record_from_json(value, source=source, now=datetime.now(UTC), where=where)


def _line(record: ImportRecord, stored: Stored, corpus: Corpus) -> dict[str, Any]:
    """The documented line of ``--report``."""
    article = corpus.get(stored.article_id) if stored.article_id is not None else None
    return {
        "id": record.external_id,
        "url": record.entry.url,
        "fate": stored.fate.value,
        "reason": stored.reason,
        "article": stored.article_id,
        "duplicate_of": article and article.duplicate_of,
        "duplicate_cluster": article and article.duplicate_cluster,
        "story": article and article.story,
        "revision": article and article.revision,
    }
