"""``tearsheet extract``: read pages without storing them; JSON out."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.errors import InputError
from pipeline.items import Fate, Page
from pipeline.reading.page import Reading
from pipeline.recorded import reading_as_dict
from pipeline.records import record_from_json
from tearsheet.cli.output import print_json, print_json_line
from tearsheet.cli.pages import lines_from_file, page_from_file, value_from_line
from tearsheet.workers import BrokenPage, ReadingPool, outcome_of, worker_count

__all__ = ["command"]

# Pages sent ahead per worker: enough that none waits, few enough that memory stays flat.
_AHEAD = 8

_Pending = tuple[dict[str, Any], "Future[Reading] | BrokenPage"]


@click.command("extract")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--url", default="", help="The page's address; its path may hold the date.")
@click.option(
    "--batch", type=click.Path(path_type=Path), metavar="IN.jsonl", help="Lines of {id, url, html}."
)
@click.option("--workers", type=click.IntRange(min=0), default=0, help="Reading processes; 0 = one per core.")
def command(*, file: Path | None, url: str, batch: Path | None, workers: int) -> None:
    """Read one page (FILE, or - for stdin), or a batch of them: a line out for every line in, in order."""
    if (file is None) == (batch is None):
        raise click.UsageError("give a FILE, or - for stdin, or --batch IN.jsonl.")
    if file is not None:
        page = page_from_file(file, url=url)
        with ReadingPool((), workers=1) as pool:
            print_json(_finished(({"id": None, "url": url}, pool.extract(page))))
    elif batch is not None:
        for document in _batch(batch, worker_count(workers)):
            print_json_line(document)


def _batch(batch: Path, workers: int) -> Iterator[dict[str, Any]]:
    with ReadingPool((), workers=workers) as pool:
        waiting: deque[_Pending] = deque()
        for pending in _sent(lines_from_file(batch), pool, str(batch)):
            waiting.append(pending)
            if len(waiting) > workers * _AHEAD:
                yield _finished(waiting.popleft())
        while waiting:
            yield _finished(waiting.popleft())


def _sent(lines: Iterable[tuple[int, bytes]], pool: ReadingPool, name: str) -> Iterator[_Pending]:
    for number, line in lines:
        where = f"{name}, line {number}"
        names: dict[str, Any] = {"id": None, "url": None}
        try:
            value = value_from_line(line, where)
            if isinstance(value, dict):
                names = {key: value.get(key) for key in names}
            page = _page(value, where)
        except InputError as error:
            yield names, BrokenPage(reason=str(error))
            continue
        yield names, pool.extract(page)


def _page(value: Any, where: str) -> Page:
    record = record_from_json(value, source="", now=datetime.now(UTC), where=where)
    if record.page is None:
        raise InputError(f"{where}: no html")
    return record.page


def _finished(pending: _Pending) -> dict[str, Any]:
    names, outcome = pending
    done: Reading | BrokenPage = outcome if isinstance(outcome, BrokenPage) else outcome_of(outcome)
    if isinstance(done, BrokenPage):
        return names | {"fate": Fate.PARSE_ERROR.value, "reason": done.reason, "text": ""}
    return _as_dict(names, done)


def _as_dict(names: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """The documented shape of a batch line; ``date`` is the publisher's own day, None where none is known."""
    day = reading.published.day
    said = {"text": reading.text, "date": day.isoformat() if day else None}
    # The fate and its reason stand at the head of a line, where a reader looks first.
    return names | {"fate": "", "reason": reading.reason} | reading_as_dict(reading) | said
