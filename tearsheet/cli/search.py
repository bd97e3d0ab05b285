"""``tearsheet search``: find articles in the corpus."""

from typing import Any

import click
from rich.text import Text

from pipeline.items import Stamp
from storage import Corpus
from storage.search.records import Answer, Hit, Record
from storage.search.selection import Filters
from tearsheet.cli.filters import check_filters, filter_options, filters_from
from tearsheet.cli.hits import MATCH_CLOSES, MATCH_OPENS, hit_as_dict
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import carried, counted, note, print_json, print_table, shown, stdout
from tearsheet.cli.stories import print_stories

__all__ = ["command", "day"]

# An answer is held in memory, and a statement names each of its articles; `export` streams.
_MOST_HITS = 10_000
# Options that each ask for an answer of another kind.
_ANSWERS = ("only_count", "facets", "timeline", "only_new", "stories")


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@filter_options
@click.option("--sort", type=click.Choice(("new", "rank")), default="new", help="Newest or best first.")
@click.option("--limit", type=click.IntRange(min=1, max=_MOST_HITS), default=20, show_default=True)
@click.option("--cursor", default="", metavar="CURSOR", help="The page after the one that gave this cursor.")
@click.option("--count", "only_count", is_flag=True, help="Only the number of articles.")
@click.option("--facets", is_flag=True, help="Numbers by source, language and watch.")
@click.option("--timeline", type=click.Choice(("day", "week", "month")), help="Numbers by period.")
@click.option("--stories", is_flag=True, help="One row a story, not an article.")
@click.option("--new", "only_new", is_flag=True, help="What came since the same search was last asked so.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, /, *, query: tuple[str, ...], **options: Any) -> None:
    """Find articles by words, "phrases", prefix*, AND OR NOT -x ( ), and fields.

    Fields: title: source: lang: author: url: watch: after: before:
    """
    if sum(bool(options[name]) for name in _ANSWERS) > 1:
        raise click.UsageError("--count, --facets, --timeline, --stories and --new exclude each other.")
    filters = filters_from(options)
    asked = " ".join(query)
    with opened_corpus(config_path, write=options["only_new"]) as corpus:
        check_filters(config_path, corpus, filters)
        if options["only_count"]:
            _print_numbers({"query": asked, "count": corpus.count(asked, **filters)}, options)
        elif options["facets"]:
            _print_facets(asked, corpus.facets(asked, **filters), options)
        elif options["timeline"]:
            _print_timeline(asked, corpus.timeline(asked, by=options["timeline"], **filters), options)
        elif options["stories"]:
            print_stories(asked, corpus, filters, options)
        else:
            _print_answer(_answer(corpus, asked, filters, options), corpus, options)


def _answer(corpus: Corpus, asked: str, filters: Filters, options: dict[str, Any]) -> Answer:
    if options["only_new"]:
        return corpus.since_last(asked, limit=options["limit"], **filters)
    return corpus.search(
        asked, sort=options["sort"], limit=options["limit"], cursor=options["cursor"], **filters
    )


def _print_answer(answer: Answer, corpus: Corpus, options: dict[str, Any]) -> None:
    if options["as_json"]:
        document = {
            "query": answer.query,
            "count": answer.count,
            "coverage": corpus.coverage().as_dict(),
            "articles": [hit_as_dict(hit) for hit in answer.articles],
            "cursor": answer.cursor,
        }
        print_json(document)
        return
    order = {"new": "newest first", "rank": "best first"}[answer.sort]
    found = counted(answer.count, "new article" if options["only_new"] else "article")
    stdout().print(Text(f"{found} for {answer.query} ({order})", style="bold"))
    for hit in answer.articles:
        _print_hit(hit)
    if answer.articles:
        note("")
        note(f"tearsheet show {answer.articles[0].id}  shows the first; --json gives all fields.")
    left = answer.count - len(answer.articles)
    if options["only_new"] and left:
        note(f"{counted(left, 'article')} more; --new will show only what comes after these.")
    elif answer.cursor:
        note(f"More: --cursor {answer.cursor}")
    if not answer.query.strip() and not answer.count:
        note("A blank search finds nothing; `after:1990` finds everything.")


def _print_hit(hit: Hit) -> None:
    out = stdout()
    out.print()
    head = Text()
    head.append(f"{hit.id:>4}  ", style="cyan")
    head.append(shown(hit.title) or "(no headline)", style="bold")
    out.print(head)
    copies = f" · {carried(hit.carriage)}" if hit.copies else ""
    revised = f" · revision {hit.revision}" if hit.revision > 1 else ""
    watches = "".join(f" · {judgement.watch} {judgement.score:.2f}" for judgement in hit.watches)
    about = f"{day(hit)} · {hit.source} · {hit.language or '?'}{copies}{revised}{watches}"
    out.print(Text(f"      {shown(about)}", style="dim"))
    if hit.snippet:
        out.print(Text("      ").append_text(_highlighted(hit.snippet)))


def _highlighted(snippet: str) -> Text:
    text = Text()
    for part in snippet.split(MATCH_OPENS):
        match, closed, rest = part.rpartition(MATCH_CLOSES)
        text.append(shown(match), style="bold yellow" if closed else "")
        text.append(shown(rest))
    return text


def day(record: Record) -> str:
    """When an article was published, as far as known, to the day at most; else when it was first seen."""
    published = Stamp(at=record.published_at, precision=record.published_precision).iso()
    return published[:10] if published else f"seen {record.first_seen_at:%Y-%m-%d}"


def _print_numbers(document: dict[str, Any], options: dict[str, Any]) -> None:
    if options["as_json"]:
        print_json(document)
    else:
        click.echo(document["count"])


def _print_facets(asked: str, facets: dict[str, dict[str, int]], options: dict[str, Any]) -> None:
    if options["as_json"]:
        print_json({"query": asked, "facets": facets})
        return
    for name, numbers in facets.items():
        print_table((name, "articles"), [(value or "unknown", number) for value, number in numbers.items()])
        click.echo()


def _print_timeline(asked: str, numbers: dict[str, int], options: dict[str, Any]) -> None:
    if options["as_json"]:
        print_json({"query": asked, "timeline": numbers})
        return
    widest = max(numbers.values(), default=1) or 1
    rows = [(period, number, "█" * round(number * 40 / widest)) for period, number in numbers.items()]
    print_table((options["timeline"], "articles", ""), rows)
