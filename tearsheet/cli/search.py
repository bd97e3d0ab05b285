"""``tearsheet search``: find articles in the corpus."""

from dataclasses import dataclass
from typing import Any

import click
from rich.text import Text

from storage import Corpus
from storage.search.records import Answer
from storage.search.selection import Filters
from tearsheet.cli.coverage import coverage_text
from tearsheet.cli.filters import check_filters, filter_options, filters_from
from tearsheet.cli.hits import hit_as_dict, print_hits
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, note, print_json, stdout
from tearsheet.cli.spread import print_facets, print_timeline, print_top_words, top_words_as_dict
from tearsheet.cli.stories import print_stories, stories_as_dict

__all__ = ["command"]

# An answer is held in memory, and a statement names each of its articles; `export` streams.
_MOST_HITS = 10_000
# Options that each ask for an answer of another kind.
_KINDS = {
    "only_count": "--count",
    "facets": "--facets",
    "timeline": "--timeline",
    "stories": "--stories",
    "top_words": "--top-words",
    "sample": "--sample",
    "only_new": "--new",
}
_ORDERS = {"new": "newest first", "rank": "best first", "sample": "drawn at random"}


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@filter_options
@click.option("--sort", type=click.Choice(("new", "rank")), default="new", help="Newest or best first.")
@click.option("--limit", type=click.IntRange(min=1, max=_MOST_HITS), default=20, show_default=True)
@click.option("--cursor", default="", metavar="CURSOR", help="The page after the one that gave this cursor.")
@click.option("--count", "only_count", is_flag=True, help="Only the number of articles.")
@click.option("--facets", is_flag=True, help="Numbers by source, language, watch, group and mechanism.")
@click.option("--timeline", type=click.Choice(("day", "week", "month")), help="Numbers by period.")
@click.option("--stories", is_flag=True, help="One row a story, not an article.")
@click.option("--top-words", type=click.IntRange(1, 1_000), metavar="N", help="The N words that stand out.")
@click.option("--sample", type=click.IntRange(1, _MOST_HITS), metavar="N", help="N articles at random.")
@click.option("--seed", type=int, help="Draws another sample: the same for the same number.")
@click.option("--new", "only_new", is_flag=True, help="What came since the same search was last asked so.")
@click.option("--coverage", is_flag=True, help="Say also which sources were not read on which days.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, /, *, query: tuple[str, ...], **options: Any) -> None:
    """Find articles by words, "phrases", prefix*, AND OR NOT -x ( ), and fields.

    Fields: title: source: lang: author: url: watch: after: before:
    """
    _check(options)
    filters = filters_from(options)
    with opened_corpus(config_path, write=options["only_new"]) as corpus:
        check_filters(config_path, corpus, filters)
        _Search(corpus, " ".join(query), filters, options).print()


def _check(options: dict[str, Any]) -> None:
    """Refuse options that have nothing to do with each other, before one of them is passed over."""
    chosen = [option for name, option in _KINDS.items() if options[name]]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} exclude each other.")
    if options["seed"] is not None and not options["sample"]:
        raise click.UsageError("--seed belongs to --sample N.")
    if options["sample"] and options["cursor"]:
        raise click.UsageError("--sample has no pages; a larger N holds the smaller.")


@dataclass(frozen=True, slots=True)
class _Search:
    """One question, and how its answer is printed."""

    corpus: Corpus
    asked: str
    filters: Filters
    options: dict[str, Any]

    def print(self) -> None:
        """Print the answer; in JSON, and where it is asked for or nothing was found, on what ground."""
        number = self._print_figures()
        if number is None:
            number = self._print_articles()
        if self.options["as_json"]:
            return
        if self.options["coverage"]:
            stdout().print(Text(f"Coverage: {self._coverage_text()}", style="dim"))
        elif not number and not self.corpus.coverage(self.asked, **self.filters).is_whole:
            note(f"Not everything was read: {self._coverage_text()}.")

    def _print_figures(self) -> int | None:
        """Print figures, if they are asked for, and return how much they are about."""
        corpus, asked, filters, options = self.corpus, self.asked, self.filters, self.options
        if options["only_count"]:
            count = corpus.count(asked, **filters)
            if not self._printed_as_json({"count": count}):
                click.echo(count)
            return count
        if options["facets"]:
            facets = corpus.facets(asked, **filters)
            if not self._printed_as_json({"facets": facets}):
                print_facets(facets)
            return sum(facets["source"].values())
        if options["timeline"]:
            numbers = corpus.timeline(asked, by=options["timeline"], **filters)
            if not self._printed_as_json({"timeline": numbers}):
                print_timeline(numbers, options["timeline"])
            return sum(numbers.values())
        if options["top_words"]:
            found = corpus.top_words(asked, number=options["top_words"], **filters)
            if not self._printed_as_json(top_words_as_dict(found)):
                print_top_words(found)
            return found.count
        if options["stories"]:
            return self._print_stories()
        return None

    def _print_stories(self) -> int:
        page = {name: self.options[name] for name in ("limit", "cursor")}
        found = self.corpus.stories(self.asked, **page, **self.filters)
        if not self._printed_as_json(stories_as_dict(found)):
            print_stories(found)
        return found.count

    def _print_articles(self) -> int:
        answer = self._answer()
        document = {
            "count": answer.count,
            "sort": answer.sort,
            "articles": [hit_as_dict(hit) for hit in answer.articles],
            "cursor": answer.cursor,
        }
        if not self._printed_as_json(document):
            self._print_answer(answer)
        return answer.count

    def _answer(self) -> Answer:
        options = self.options
        if options["only_new"]:
            return self.corpus.since_last(self.asked, limit=options["limit"], **self.filters)
        if options["sample"]:
            seed = options["seed"] or 0
            return self.corpus.sample(self.asked, number=options["sample"], seed=seed, **self.filters)
        page = {name: options[name] for name in ("sort", "limit", "cursor")}
        return self.corpus.search(self.asked, **page, **self.filters)

    def _print_answer(self, answer: Answer) -> None:
        is_new = self.options["only_new"]
        found = counted(answer.count, "new article" if is_new else "article")
        stdout().print(Text(f"{found} for {self.asked} ({_ORDERS[answer.sort]})", style="bold"))
        print_hits(answer.articles, watch=self.filters.get("watch"))
        if answer.articles:
            note("")
            note(f"tearsheet show {answer.articles[0].id}  shows the first; --json gives all fields.")
        if is_new and answer.count > len(answer.articles):
            left = counted(answer.count - len(answer.articles), "article")
            note(f"{left} more; --new will show only what comes after these.")
        elif answer.cursor:
            note(f"More: --cursor {answer.cursor}")
        if self.options["sort"] == "rank" and answer.sort == "new" and answer.count:
            note("Newest first: it finds too much to be ranked, or has no words to rank by.")
        if not self.asked.strip() and not answer.count:
            note("A blank search finds nothing; `after:1990` finds everything.")

    def _printed_as_json(self, document: dict[str, Any]) -> bool:
        if self.options["as_json"]:
            coverage = self.corpus.coverage(self.asked, **self.filters).as_dict()
            print_json({"query": self.asked, **document, "coverage": coverage})
        return bool(self.options["as_json"])

    def _coverage_text(self) -> str:
        return coverage_text(self.corpus.coverage(self.asked, **self.filters))
