"""``tearsheet sources``: the sources and their health."""

from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import click

from pipeline.errors import SourceError, StorageError
from pipeline.health import Health, health
from pipeline.items import Source
from storage.sources import Sources, SourceState
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import instant, print_json, print_table
from tearsheet.config import Config, load_config

__all__ = ["command"]


@click.group("sources", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """The sources and their health; without a word more: list."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_sources, as_json=as_json)


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
    """Show one source: its settings, its channels, its health."""
    config = load_config(config_path)
    found = {source.name: (source, state) for source, state in _with_states(config, config_path)}
    if name not in found:
        near = get_close_matches(name, found, n=1)
        raise SourceError(f"no source named {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    source, state = found[name]
    row = _described(source, state)
    if as_json:
        print_json(row)
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
        tuple(polled.values()), now=datetime.now(UTC), expect_per_day=source.expect_per_day
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
