"""The report of a run: for people, and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.items import Fate
from storage.runs import RunReport
from tearsheet.cli.output import counted, instant, note, print_table, shown, stdout

__all__ = ["print_record", "print_report", "print_silence", "report_as_dict"]

_MOST_NAMED = 5
_MEANINGS = {
    Fate.NEW: "articles stored",
    Fate.REVISION: "articles whose text changed; the old one is kept",
    Fate.UNCHANGED: "fetched again, no word changed",
    Fate.KNOWN: "met before, not fetched again",
    Fate.COPY: "the text of an article stored before; linked to it",
    Fate.NEAR_COPY: "nearly the text of an article stored before; linked to it",
    Fate.OFF_TOPIC: "no watch wants them",
    Fate.PENDING: "left for the next run",
    Fate.TOO_OLD: "older than a first meeting takes",
    Fate.NOT_ARTICLE: "pages without an article",
    Fate.TOO_SHORT: "pages with hardly any text",
    Fate.CONSENT_WALL: "a question about cookies instead of the page",
    Fate.BLOCKED: "the server refused us",
    Fate.ROBOTS: "robots.txt asks us not to",
    Fate.GONE: "the page is not there",
    Fate.FORGOTTEN: "forgotten on request",
    Fate.TOO_LARGE: "larger than max_page_bytes",
    Fate.NOT_HTML: "no web page",
    Fate.UNSAFE: "an address that must not be asked",
    Fate.REDIRECT_LOOP: "redirected without end",
    Fate.TIMEOUT: "no answer in time",
    Fate.UNREACHABLE: "no connection",
    Fate.HTTP_ERROR: "the server answered with an error",
    Fate.PARSE_ERROR: "the page could not be read",
}


def print_report(report: RunReport) -> None:
    """Print what a run did: one line on all of it, its fates, and the sources that need a look by name."""
    out = stdout()
    asked = len(report.sources)
    answered = asked - len(report.failed.keys() & set(report.sources))
    # An import, or a page fetched by hand, asks no source.
    of_sources = f"{answered} of {counted(asked, 'source')} answered, " if asked else ""
    met, cut = counted(report.discovered, "URL"), counted(report.removed_lines, "line")
    out.print(f"Run {report.id} ({report.outcome}): {of_sources}{met}, {cut} of clutter cut.")
    if report.fates:
        rows = [(count, fate, _MEANINGS[Fate(fate)]) for fate, count in report.fates.items()]
        print_table(("URLs", "fate", ""), rows)
    for who, reason in _grouped(report.failed):
        out.print(f"Failed: {shown(who)}: {shown(reason)}", style="red")
    for name, finding in report.changed.items():
        out.print(f"Changed: {shown(name)}: {shown(finding)}", style="yellow")


def print_record(report: RunReport) -> None:
    """Print all that is kept of a run: its report, what it took, by what it was made, and its errors."""
    print_report(report)
    out, costs = stdout(), report.costs
    took = "" if report.seconds is None else f", took {report.seconds:.1f} s"
    work = f"fetching {costs.fetch_seconds:.1f} s, reading {costs.read_seconds:.1f} s"
    out.print(f"Began {instant(report.started_at)}{took} ({work}, page by page added up).")
    asked, received = counted(costs.requests, "request"), _megabytes(costs.received_bytes)
    out.print(f"{asked}, {received} received; pages {_megabytes(costs.fetched_bytes)} unpacked.")
    out.print(f"Tearsheet {report.version}, configuration {report.config_hash}.")
    if report.failure:
        out.print(f"Failed: {shown(report.failure)}", style="red")
    if report.errors:
        rows = [
            (error.count, error.of, error.fate, error.reason, ", ".join(error.sources), error.example)
            for error in report.errors
        ]
        print_table(("errors", "of", "fate", "reason", "sources", "for example"), rows)


def _megabytes(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB"


def print_silence(report: RunReport) -> None:
    """Print a line to stderr when none of several sources answered.

    One that is alone with its trouble is asked again more and more seldom, and ``doctor`` tells of it.
    """
    if len(report.sources) > 1 and report.failed.keys() >= set(report.sources):
        who, reason = next(_grouped(report.failed))
        note(f"None of {len(report.sources)} sources answered: {who}: {reason}")


def _grouped(failed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Name each source that failed; where many failed alike (the machine is offline, say) count them."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in failed.items():
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        if len(names) > _MOST_NAMED:
            yield f"{len(names)} sources ({', '.join(names[:_MOST_NAMED])}, …)", reason
        else:
            yield from ((name, reason) for name in names)


def report_as_dict(report: RunReport) -> dict[str, Any]:
    """Return the documented JSON shape of a run."""
    return {
        "id": report.id,
        "started_at": instant(report.started_at),
        "ended_at": instant(report.ended_at),
        "outcome": report.outcome,
        "sources": list(report.sources),
        "failed": report.failed,
        "changed": report.changed,
        "fates": report.fates,
        "discovered": report.discovered,
        "removed_lines": report.removed_lines,
        **asdict(report.costs),
        "seconds": report.seconds,
        "version": report.version,
        "configuration": report.config_hash,
        "failure": report.failure,
        "errors": [asdict(error) for error in report.errors],
    }
