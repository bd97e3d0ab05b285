"""``tearsheet sources import`` and ``export``: lists of sources from and for other programs."""

import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import InputError
from pipeline.items import Source
from tearsheet.cli.output import counted, note, print_json, print_table, shown
from tearsheet.config import load_config
from tearsheet.config_file import config_file
from tearsheet.source_tables import add_to_file, table_of

if TYPE_CHECKING:
    from tearsheet.exchange import BadRow, Plan, Row

__all__ = ["export_sources", "import_sources"]

_NEEDS_A_PERSON = 4
_MOST_BYTES = 20_000_000
_MOST_KNOWN = 10
_FORMATS = ("opml", "csv", "toml")


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def import_sources(config_path: str | None, *, file: Path, dry_run: bool, as_json: bool) -> int:
    """Add the sources of an OPML, CSV or TOML file that are not there yet to tearsheet.toml."""
    from tearsheet.exchange import import_plan

    config = load_config(config_path)
    plan = import_plan(_rows(file), config)
    target = config_file(config)
    if plan.added and not dry_run:
        add_to_file(target, plan.added)
    written = None if dry_run or not plan.added else target
    if as_json:
        print_json(_as_dict(plan, written))
    else:
        _print_plan(plan, target, dry_run=dry_run)
    return _NEEDS_A_PERSON if plan.bad else 0


@click.command("export")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), help="Default: by the file's ending, else opml."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else stdout.")
@click.pass_obj
def export_sources(config_path: str | None, *, form: str | None, output: Path | None) -> None:
    """Write the sources as OPML (the feeds of those that are on), CSV or TOML (all)."""
    from storage.export.files import atomic

    sources = tuple(source for source in load_config(config_path).sources if source.channels)
    form = form or _form_by_ending(output)
    if form == "opml":
        sources = _with_feeds(sources)
    text = _text(form, sources)
    if output is None:
        sys.stdout.buffer.write(text.encode())
        return
    with atomic(output) as stream:
        stream.write(text)
    note(f"{counted(len(sources), 'source')} in {output}.")


def _form_by_ending(output: Path | None) -> str:
    ending = output.suffix.lower().lstrip(".") if output else ""
    return ending if ending in _FORMATS else "opml"


def _with_feeds(sources: Iterable[Source]) -> tuple[Source, ...]:
    enabled = [source for source in sources if source.enabled]
    have = tuple(source for source in enabled if source.feeds)
    if missing := len(enabled) - len(have):
        note(f"{counted(missing, 'source')} without a feed left out: OPML lists feeds only; CSV has all.")
    return have


def _text(form: str, sources: Iterable[Source]) -> str:
    from tearsheet.opml import opml_from_sources
    from tearsheet.source_csv import csv_from_sources

    if form == "toml":
        return "\n".join(map(table_of, sources))
    return opml_from_sources(sources) if form == "opml" else csv_from_sources(sources)


def _rows(file: Path) -> "Iterable[Row | BadRow]":
    """The rows of a file: by its ending, and where that says nothing, by its first character."""
    from tearsheet.opml import rows_from_opml
    from tearsheet.source_csv import rows_from_csv

    body = _body(file)
    ending = file.suffix.lower()
    if ending == ".toml":
        return _rows_from_toml(_decoded(body), file)
    text = _decoded(body)
    if ending in {".opml", ".xml"} or text.lstrip().startswith("<"):
        return rows_from_opml(body, file)
    return rows_from_csv(text, file)


def _body(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            body = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
    if len(body) > _MOST_BYTES:
        raise InputError(f"{file} is larger than {_MOST_BYTES // 1_000_000} MB; no list of sources is")
    return body


def _decoded(body: bytes) -> str:
    from pipeline.reading.charset import decode

    return decode(body, "text/plain").removeprefix("\ufeff")


def _rows_from_toml(text: str, file: Path) -> "Iterator[Row | BadRow]":
    from tearsheet.exchange import BadRow, Row

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file} is not valid TOML: {error}") from error
    sources = tables.get("sources", tables)
    if not isinstance(sources, dict):
        raise InputError(f"{file} has no table [sources.NAME]")
    lines = text.splitlines()
    for name, table in sources.items():
        heads = {f"[sources.{name}]", f"[{name}]"}
        line = next((number for number, each in enumerate(lines, 1) if each.strip() in heads), 1)
        if isinstance(table, dict):
            yield Row(line=line, name=name, table=table)
        else:
            yield BadRow(line=line, reason=f"{name} is not a table such as [sources.{name}]")


def _print_plan(plan: "Plan", file: Path, *, dry_run: bool) -> None:
    if plan.added:
        rows = [(each.name, each.language, channel.url) for each in plan.added for channel in each.channels]
        print_table(("source", "language", "channel"), rows)
        click.echo()
    for known in plan.known[:_MOST_KNOWN]:
        click.echo(shown(f"line {known.line}: {known.url} is a channel of {known.source} already"))
    for bad in plan.bad:
        note(f"line {bad.line}: {bad.reason}")
    does = "would be added" if dry_run else "added"
    click.echo(
        f"{counted(len(plan.added), 'source')} {does} to {file}, {len(plan.known)} known already, "
        f"{len(plan.bad)} left out."
    )
    if plan.added and not dry_run:
        click.echo(f"Next: tearsheet sources check {plan.added[0].name}, then tearsheet collect")


def _as_dict(plan: "Plan", written: Path | None) -> dict[str, Any]:
    """The documented JSON shape of an import."""
    return {
        "added": [
            {"name": each.name, "channels": [channel.url for channel in each.channels]} for each in plan.added
        ],
        "known": [{"line": each.line, "url": each.url, "source": each.source} for each in plan.known],
        "bad": [{"line": each.line, "reason": each.reason} for each in plan.bad],
        "written": written and str(written),
    }
