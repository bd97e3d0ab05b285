"""The articles that a search found, as a table where the terminal is wide enough, else one below the other."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.items import Stamp
from storage.search.records import Hit, Record
from tearsheet.cli.output import counted, shown, stdout

__all__ = ["day", "hit_as_dict", "print_hits"]

_MATCH_OPENS, _MATCH_CLOSES = "\x02", "\x03"
_NARROWEST_TABLE = 72
_WIDEST_SOURCE = 20
_INDENT = 6


def print_hits(hits: Sequence[Hit], *, watch: str | None = None) -> None:
    """Print the articles; the score is that of the watch asked for, or of the one that wants it most."""
    out = stdout()
    if out.is_terminal and out.width >= _NARROWEST_TABLE and hits:
        out.print()
        out.print(_table(hits, watch))
        return
    for hit in hits:
        _print_one(out, hit)


def hit_as_dict(hit: Hit) -> dict[str, Any]:
    """Return it as JSON: the matches are not marked."""
    snippet = hit.snippet.replace(_MATCH_OPENS, "").replace(_MATCH_CLOSES, "")
    return hit.as_dict() | {"snippet": snippet, "copies": hit.copies}


def day(record: Record) -> str:
    """When an article was published, as far as known, to the day at most; else when it was first seen."""
    published = Stamp(at=record.published_at, precision=record.published_precision).iso()
    return published[:10] if published else f"seen {record.first_seen_at:%Y-%m-%d}"


def _table(hits: Sequence[Hit], watch: str | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("id", justify="right", style="cyan", no_wrap=True)
    table.add_column("date", no_wrap=True)
    table.add_column("source", max_width=_WIDEST_SOURCE, overflow="fold")
    table.add_column("headline", ratio=1, overflow="fold")
    has_copies, has_scores = any(hit.copies for hit in hits), any(hit.watches for hit in hits)
    if has_copies:
        table.add_column("copies", justify="right", no_wrap=True)
    if has_scores:
        table.add_column("watch", justify="right", no_wrap=True)
    for hit in hits:
        row = [Text(str(hit.id)), _dated(hit), Text(shown(hit.source)), _headline(hit)]
        row += [Text(f"+{hit.copies}" if hit.copies else "")] if has_copies else []
        row += [Text(_score(hit, watch))] if has_scores else []
        table.add_row(*row)
    return table


def _dated(hit: Hit) -> Text:
    """Two lines where only the day on which it was seen is known: a date that is none of the paper's."""
    return Text("\n".join(reversed(day(hit).split())), style="")


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


def _print_one(out: Console, hit: Hit) -> None:
    indent = _INDENT if out.width >= _NARROWEST_TABLE else 2
    out.print()
    head = Text()
    head.append(f"{hit.id:>{indent - 2}}  ", style="cyan")
    head.append(shown(hit.title) or "(no headline)", style="bold")
    out.print(head)
    copies = f" · {counted(hit.copies, 'copy', 'copies')}" if hit.copies else ""
    revised = f" · revision {hit.revision}" if hit.revision > 1 else ""
    watches = "".join(f" · {judgement.watch} {judgement.score:.2f}" for judgement in hit.watches)
    about = f"{day(hit)} · {hit.source} · {hit.language or '?'}{copies}{revised}{watches}"
    _print_indented(out, Text(shown(about), style="dim"), indent)
    if hit.snippet:
        _print_indented(out, _highlighted(hit.snippet), indent)


def _print_indented(out: Console, text: Text, indent: int) -> None:
    # A pipe gets one line, however long; a terminal lines that fit.
    out.print(Padding(text, (0, 0, 0, indent)) if out.is_terminal else Text(" " * indent).append_text(text))


def _highlighted(snippet: str) -> Text:
    text = Text()
    for part in snippet.split(_MATCH_OPENS):
        match, closed, rest = part.rpartition(_MATCH_CLOSES)
        text.append(shown(match), style="bold yellow" if closed else "")
        text.append(shown(rest))
    return text
