"""``tearsheet sources``: the sources and their health."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import ConfigError, SourceError, StorageError
from pipeline.health import Health, health
from pipeline.items import Source
from pipeline.keys import unknown_name
from pipeline.layout import DAYS_COMPARED
from storage.sources import Sources, SourceState
from tearsheet.cli.days import days_as_dicts, print_days
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, instant, note, print_json, print_table
from tearsheet.cli.sources_add import command as add_source
from tearsheet.cli.sources_exchange import export_sources, import_sources
from tearsheet.config import Config, load_config

if TYPE_CHECKING:
    from tearsheet.check import Check

__all__ = ["command"]

_NO_ENTRIES = 3


@click.group("sources", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """The sources and their health; without a word more: list."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_sources, as_json=as_json)


for subcommand in (add_source, import_sources, export_sources):
    command.add_command(subcommand)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def list_sources(config_path: str | None, *, as_json: bool = False) -> None:
    """List every source: whether it is on, how it is, and what to do."""
    config = load_config(config_path)
    rows = [_described(source, state) for source, state in _with_states(config, config_path)]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("source", "on", "health", "articles", "last new", "finding"),
        [
            (
                row["name"],
                "yes" if row["enabled"] else "no",
                row["health"],
                row["articles"],
                row["last_new_at"],
                row["finding"],
            )
            for row in rows
        ],
    )


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def show_source(config_path: str | None, *, name: str, as_json: bool) -> None:
    """Show one source: its settings, its channels, its health, and what its pages gave day by day."""
    config = load_config(config_path)
    found = {source.name: (source, state) for source, state in _with_states(config, config_path)}
    if name not in found:
        raise _no_source(name, found)
    source, state = found[name]
    row = _described(source, state)
    days = state.days[-DAYS_COMPARED:] if state else ()
    if as_json:
        print_json(row | {"days": days_as_dicts(days)})
        return
    settings = {
        "health": f"{row['health']} {row['finding']}".strip(),
        "enabled": "yes" if source.enabled else f"no: {source.note}",
        "language": source.language,
        "timezone": source.timezone,
        "tier": source.tier,
        "cadence": source.every or "adaptive",
        "articles": row["articles"],
    }
    print_table((source.name, ""), settings.items())
    click.echo()
    print_table(
        ("channel", "kind", "status", "newest item", "next poll"),
        [(c["url"], c["kind"], c["status"], c["last_item_at"], c["next_poll_at"]) for c in row["channels"]],
    )
    if days:
        click.echo()
        print_days(days)


@command.command("check")
@click.argument("name")
@click.option("--record", is_flag=True, help="Write the pages as recorded pages, to be reviewed.")
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Where --record writes."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def check_source(config_path: str | None, *, name: str, record: bool, to: Path | None, as_json: bool) -> int:
    """Ask a source now: what its channels answer, and what is read of its 3 newest pages. Stores nothing."""
    if to is not None and not record:
        raise click.UsageError("--to says where --record writes; give both.")
    config = load_config(config_path)
    sources = {source.name: source for source in config.sources}
    if name not in sources:
        raise _no_source(name, sources)
    # Scrapy, the workers and the progress bar take most of a second to import.
    from tearsheet.check import check
    from tearsheet.cli.checked import check_as_dict, print_check
    from tearsheet.cli.progress import progress_bar

    with progress_bar(f"Asking {name}") as (bar, task):
        checked = check(config, sources[name], answered=lambda: bar.advance(task))
    recorded = _recorded(checked, to or Path("pages", name)) if record else {}
    if as_json:
        print_json(check_as_dict(checked, recorded))
    else:
        print_check(checked)
    return 0 if checked.has_entries else _NO_ENTRIES


def _recorded(checked: "Check", folder: Path) -> dict[str, Path]:
    from tearsheet.recordings import write_recordings

    written = write_recordings(checked, folder)
    note(f"{counted(len(written), 'page')} recorded in {folder}; hold each .json against its .html.")
    return written


def _no_source(name: str, known: Iterable[str]) -> ConfigError:
    return unknown_name("source", name, known, otherwise="`tearsheet sources` lists them", error=SourceError)


def _with_states(config: Config, config_path: str | None) -> list[tuple[Source, SourceState | None]]:
    """Every source with what the corpus knows of it; before the first run that is nothing."""
    try:
        with opened_corpus(config_path) as corpus:
            states = Sources(corpus).states()
    except StorageError as error:
        if not error.is_absent:
            raise
        states = {}
    return [(source, states.get(source.name)) for source in config.sources]


def _described(source: Source, state: SourceState | None) -> dict[str, Any]:
    """The documented JSON shape of a source."""
    polled = {channel.url: channel for channel in state.channels} if state else {}
    word, finding = health(
        tuple(polled.values()),
        now=datetime.now(UTC),
        expect_per_day=source.expect_per_day,
        days=state.days if state else (),
    )
    declared = {channel.url: channel.kind for channel in source.channels}
    declared |= {url: channel.kind for url, channel in polled.items() if url not in declared}
    return {
        "name": source.name,
        "enabled": source.enabled,
        "health": word.value,
        "finding": source.note if word is Health.NEVER and not source.enabled else finding,
        "channels": [
            {
                "url": url,
                "kind": kind.value,
                "status": polled[url].status if url in polled else None,
                "last_item_at": instant(polled[url].last_item_at) if url in polled else None,
                "next_poll_at": instant(polled[url].next_poll_at) if url in polled else None,
            }
            for url, kind in declared.items()
        ],
        "articles": state.articles if state else 0,
        "last_new_at": instant(state.last_new_at) if state else None,
    }
