"""What a check showed: for people, and as JSON."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.text import Text

from pipeline.items import UNKNOWN_TIME, Article, Judgement, Missed
from pipeline.recorded import ARTICLE
from pipeline.words import words
from tearsheet.check import Check, CheckedPage, finding_of, finding_of_pages, newest_at
from tearsheet.check_spider import ChannelAnswer
from tearsheet.cli.output import counted, instant, print_table, shown, stdout

__all__ = ["check_as_dict", "print_check"]

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def check_as_dict(check: Check, recorded: dict[str, Path]) -> dict[str, Any]:
    """Return the documented JSON shape of a check."""
    return {
        "source": check.source.name,
        "at": instant(check.at),
        "channels": [_channel_as_dict(answer, check) for answer in check.channels],
        "finding": finding_of_pages(check),
        "pages": [_page_as_dict(page, recorded) for page in check.pages],
    }


def print_check(check: Check) -> None:
    """Print a line for each channel, and a few for each page."""
    rows = [_channel_as_dict(answer, check) for answer in check.channels]
    print_table(
        ("channel", "answer", "status", "entries", "newest", "age", "finding"),
        [
            (
                row["url"],
                row["answer"],
                row["status"],
                row["entries"],
                row["newest_at"],
                _age(newest_at(answer), check.at),
                row["finding"],
            )
            for row, answer in zip(rows, check.channels, strict=True)
        ],
    )
    for page in check.pages:
        _print_page(_page_as_dict(page, {}))
    if finding := finding_of_pages(check):
        stdout().print()
        stdout().print(Text(shown(finding), style="bold"))


def _channel_as_dict(answer: ChannelAnswer, check: Check) -> dict[str, Any]:
    poll = answer.poll
    return {
        "url": poll.channel.url,
        "kind": poll.channel.kind.value,
        "answer": answer.kind,
        "status": poll.status or None,
        "moved_to": answer.moved_to or None,
        "entries": len(poll.entries),
        "newest_at": instant(newest_at(answer)),
        "failure": poll.failure and poll.failure.value,
        "finding": finding_of(answer, check.source),
    }


def _page_as_dict(page: CheckedPage, recorded: dict[str, Path]) -> dict[str, Any]:
    what = page.what
    stamp = what.published if isinstance(what, Article) else UNKNOWN_TIME
    judgements = what.judgements if isinstance(what, Article) else ()
    file = recorded.get(page.page.url) if page.page else None
    return {
        "url": page.page.url if page.page else page.entry.url,
        "channel": page.entry.channel.value,
        "fate": ARTICLE if isinstance(what, Article) else what.fate.value,
        "reason": "" if isinstance(what, Article) else what.reason,
        "title": (page.entry.title if isinstance(what, Missed) else what.title) or page.entry.title,
        "published_at": stamp.iso(),
        "published_precision": stamp.precision.value,
        "published_from": stamp.origin.value,
        "words": 0 if isinstance(what, Missed) else len(words(what.text)),
        "removed": 0 if isinstance(what, Missed) else len(what.removed),
        "watches": [_judgement_as_dict(judgement) for judgement in judgements],
        "recorded": file and str(file),
    }


def _judgement_as_dict(judgement: Judgement) -> dict[str, Any]:
    return {
        "name": judgement.watch,
        "score": judgement.score,
        "relevant": judgement.relevant,
        "reasons": list(judgement.reasons),
    }


def _print_page(row: dict[str, Any]) -> None:
    out = stdout()
    date = f"{row['published_at']} ({row['published_from']})" if row["published_at"] else "no date"
    read = [date, counted(row["words"], "word"), f"{counted(row['removed'], 'line')} cut"]
    scores = [f"{watch['name']} {watch['score']:.2f}" for watch in row["watches"]]
    facts = [row["fate"], *(read if row["fate"] == ARTICLE else [row["reason"]]), *scores]
    out.print()
    out.print(Text(shown(row["title"] or "(no headline)"), style="bold"))
    out.print(Text(f"  {shown(row['url'])}", style="dim"))
    out.print(Text(f"  {shown(' · '.join(facts))}"))


def _age(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    age = max(now - at, timedelta(0))
    if age < _HOUR:
        return counted(age // timedelta(minutes=1), "minute")
    return counted(age // _HOUR, "hour") if age < 2 * _DAY else counted(age // _DAY, "day")
