"""The articles that a search found: a table where the terminal is wide enough, else one below the other."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.items import Stamp
from storage.search.records import Hit, Record
from tearsheet.cli.output import carried, shown, stdout

__all__ = ["day", "hit_as_dict", "print_hits"]

_MATCH_OPENS, _MATCH_CLOSES = "\x02", "\x03"
_NARROWEST_TABLE, _ROOMY_TABLE = 72, 100
_WIDEST_SOURCE = 20
_INDENT = 6


def print_hits(hits: Sequence[Hit], *, watch: str | None = None) -> None:
    """Print the articles; the score is that of the watch asked for, or of the one that wants it most."""
    out = stdout()
    if out.is_terminal and out.width >= _NARROWEST_TABLE and hits:
        out.print()
        out.print(_table(hits, watch, is_roomy=out.width >= _ROOMY_TABLE))
        return
    for hit in hits:
        out.print()
        if out.is_terminal:
            out.print(_beside_number(hit))
        else:
            _print_lines(out, hit)


def hit_as_dict(hit: Hit) -> dict[str, Any]:
    """Return it as JSON: the matches are not marked."""
    snippet = hit.snippet.replace(_MATCH_OPENS, "").replace(_MATCH_CLOSES, "")
    return hit.as_dict() | {"snippet": snippet}


def day(record: Record) -> str:
    """When an article was published, as far as known, to the day at most; else when it was first seen."""
    published = Stamp(at=record.published_at, precision=record.published_precision).iso()
    return published[:10] if published else f"seen {record.first_seen_at:%Y-%m-%d}"


def _table(hits: Sequence[Hit], watch: str | None, *, is_roomy: bool) -> Table:
    """Return the table; where there is little room the source stands under the date."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("id", justify="right", style="cyan", no_wrap=True)
    table.add_column("date" if is_roomy else "date, source", max_width=_WIDEST_SOURCE, overflow="fold")
    if is_roomy:
        table.add_column("source", max_width=_WIDEST_SOURCE, overflow="fold")
    table.add_column("headline", ratio=1, overflow="fold")
    has_copies, has_scores = any(hit.copies for hit in hits), any(hit.watches for hit in hits)
    if has_copies:
        table.add_column("copies", justify="right", no_wrap=True)
    if has_scores:
        table.add_column("watch", justify="right", no_wrap=True)
    for hit in hits:
        source = Text(shown(hit.source))
        placed = [Text(day(hit)), source] if is_roomy else [Text("\n").join([Text(day(hit)), source])]
        row = [Text(str(hit.id)), *placed, _headline(hit)]
        row += [Text(f"+{hit.copies}" if hit.copies else "")] if has_copies else []
        row += [Text(_score(hit, watch))] if has_scores else []
        table.add_row(*row)
    return table


def _headline(hit: Hit) -> Text:
    lines = [Text(shown(hit.title) or "(no headline)", style="bold")]
    if hit.revision > 1:
        lines.append(Text(f"revision {hit.revision}", style="dim"))
    if hit.snippet:
        lines.append(_highlighted(hit.snippet))
    return Text("\n").join([*lines, Text("")])


def _score(hit: Hit, watch: str | None) -> str:
    scores = [judgement.score for judgement in hit.watches if watch in (None, judgement.watch)]
    return f"{max(scores):.2f}" if scores else ""


def _beside_number(hit: Hit) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="cyan", justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    lines = [Text(shown(hit.title) or "(no headline)", style="bold"), Text(_about(hit), style="dim")]
    if hit.snippet:
        lines.append(_highlighted(hit.snippet))
    grid.add_row(str(hit.id), Text("\n").join(lines))
    return grid


def _print_lines(out: Console, hit: Hit) -> None:
    """Print a hit in a pipe: a line each for headline, what is known of it, and snippet, however long."""
    out.print(Text(f"{hit.id:>{_INDENT - 2}}  {shown(hit.title) or '(no headline)'}"))
    for line in filter(None, (_about(hit), _highlighted(hit.snippet).plain)):
        out.print(Text(" " * _INDENT + line))


def _about(hit: Hit) -> str:
    copies = f" · {carried(hit.carriage)}" if hit.copies else ""
    revised = f" · revision {hit.revision}" if hit.revision > 1 else ""
    watches = "".join(f" · {judgement.watch} {judgement.score:.2f}" for judgement in hit.watches)
    return shown(f"{day(hit)} · {hit.source} · {hit.language or '?'}{copies}{revised}{watches}")


def _highlighted(snippet: str) -> Text:
    text = Text()
    for part in snippet.split(_MATCH_OPENS):
        match, closed, rest = part.rpartition(_MATCH_CLOSES)
        text.append(shown(match), style="bold yellow" if closed else "")
        text.append(shown(rest))
    return text
