"""``tearsheet sources``: the sources and their health."""

from dataclasses import asdict
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import click

from pipeline.errors import SourceError, StorageError
from pipeline.figures import Day
from pipeline.health import Health, health
from pipeline.items import Source
from storage.sources import Sources, SourceState
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import instant, print_json, print_table
from tearsheet.config import Config, load_config

__all__ = ["command"]

_DAYS_SHOWN = 14
_DAY_COLUMNS = (
    "day", "pages", "articles", "characters", "cut", "residue", "dated", "signed", "without article",
)  # fmt: skip


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
    """Show one source: its settings, its channels, its health, and what its pages gave day by day."""
    config = load_config(config_path)
    found = {source.name: (source, state) for source, state in _with_states(config, config_path)}
    if name not in found:
        near = get_close_matches(name, found, n=1)
        raise SourceError(f"no source named {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    source, state = found[name]
    row = _described(source, state)
    days = state.days[-_DAYS_SHOWN:] if state else ()
    if as_json:
        print_json(row | {"days": [_day_as_dict(day) for day in days]})
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
        print_table(_DAY_COLUMNS, [_day_row(day) for day in reversed(days)])


def _day_as_dict(day: Day) -> dict[str, Any]:
    return asdict(day) | {"day": day.day.isoformat()}


def _day_row(day: Day) -> tuple[object, ...]:
    """A day for people: what each page and each article gave."""
    characters = day.per_article(day.characters)
    residue = day.per_article(day.residue)
    return (
        day.day,
        day.pages,
        day.articles,
        "" if characters is None else f"{characters:.0f}",
        f"{day.per_page(day.lines_cut):.1f}",
        "" if residue is None else f"{residue:.1f}",
        day.articles - day.undated,
        day.articles - day.unsigned,
        ", ".join(f"{count} {fate}" for fate, count in day.rejected.items()),
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
