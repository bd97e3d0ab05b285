"""``tearsheet watch explain``: why an article belongs to a watch or not, in its own sentences."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from pipeline.errors import InputError
from pipeline.items import Article
from pipeline.judging.evidence import Part
from pipeline.judging.lexicon import Concept
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import Evidence, Explanation, SentenceEvidence, explain
from storage.search.records import Record
from tearsheet.cli.opened import article as stored_article
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import print_json, shown, stdout
from tearsheet.cli.pages import page_from_file
from tearsheet.cli.watches import watch_named
from tearsheet.config import load_config

__all__ = ["command"]

_STYLES = {
    Concept.MECHANISM: "bold yellow",
    Concept.CUSTODY: "yellow",
    Concept.CRIME: "bold magenta",
    Concept.CRIMINAL: "bold magenta",
    Concept.GROUP: "bold magenta",
    Concept.PERSON: "bold magenta",
    Concept.HINT: "magenta",
    Concept.PLACE: "cyan",
    Concept.AGENCY: "cyan",
    Concept.AGAINST: "bold red",
}
_OTHER_STYLE = "bold yellow"


@click.command("explain")
@click.argument("name")
@click.argument("ref", metavar="ID|URL|FILE")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, name: str, ref: str, as_json: bool) -> None:
    """Say why an article belongs to a watch or not, and what it lacks.

    The article is a stored one, or a file: HTML, or plain text with its title in the first line.
    """
    watch = watch_named(name, load_config(config_path).watches)
    explanation = explain(_article(config_path, ref), watch)
    if as_json:
        print_json(_as_dict(explanation))
    else:
        _print(explanation)


def _article(config_path: str | None, ref: str) -> Article:
    file = Path(ref)
    if file.is_file():
        return _article_from_file(file)
    with opened_corpus(config_path) as corpus:
        return _article_from_record(stored_article(corpus, ref))


def _article_from_file(file: Path) -> Article:
    if file.suffix.lower() not in {".html", ".htm"}:
        try:
            title, _, text = file.read_text(encoding="utf-8", errors="replace").partition("\n")
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror}") from error
        return article_from_text(title=title.strip(), text=text.strip())
    from pipeline.reading.page import reading_of

    reading = reading_of(page_from_file(file))
    return article_from_text(title=reading.title, text=reading.text, language=reading.language)


def _article_from_record(record: Record) -> Article:
    article = article_from_text(title=record.title, text=record.text, language=record.language)
    return dataclasses.replace(
        article, url=record.url, source=record.source, authors=record.authors, standfirst=record.standfirst
    )


def _as_dict(explanation: Explanation) -> dict[str, Any]:
    judgement = explanation.judgement
    return {
        "watch": judgement.watch,
        "score": judgement.score,
        "threshold": explanation.threshold,
        "relevant": judgement.relevant,
        "reasons": list(judgement.reasons),
        "lacks": list(explanation.lacks),
        "parts": dict(explanation.parts),
        "sentences": [dataclasses.asdict(sentence) for sentence in explanation.sentences],
    }


def _print(explanation: Explanation) -> None:
    out, judgement = stdout(), explanation.judgement
    verdict = "relevant" if judgement.relevant else "not relevant"
    head = f"{judgement.watch}: {verdict}, {judgement.score:.2f} (threshold {explanation.threshold:.2f})"
    out.print(Text(head, style="bold green" if judgement.relevant else "bold"))
    for line in _parts(explanation):
        out.print(Text(f"  {line}", style="dim"))
    for reason in judgement.reasons:
        out.print(Text(f"  {shown(reason)}"))
    for lack in explanation.lacks:
        out.print(Text(f"  lacking: {shown(lack)}", style="bold"))
    for sentence in explanation.sentences:
        out.print()
        marked = _marked(sentence, in_colour=out.is_terminal)
        out.print(Text.assemble((f"{sentence.label}: ", "dim"), marked))


def _parts(explanation: Explanation) -> Iterator[str]:
    """What the score is made of, and of a near miss how much of each would do."""
    values = dict(explanation.parts)
    for name, value in explanation.parts:
        others = (1 - v if part is Part.AGAINST else v for part, v in values.items() if part is not name)
        rest = 1.0
        for other in others:
            rest *= other
        enough = explanation.threshold / rest if rest else 2.0
        is_near = not explanation.judgement.relevant and name is not Part.AGAINST and value < enough <= 1
        yield f"{name}: {value:.2f}" + (f" ({enough:.2f} would do)" if is_near else "")


def _marked(sentence: SentenceEvidence, *, in_colour: bool) -> Text:
    """The sentence with its words in colour, or in brackets where there is none; each word once."""
    text, place = Text(), 0
    for found in _apart(sentence.found):
        text.append(shown(sentence.text[place : found.start]))
        words = shown(sentence.text[found.start : found.end])
        if in_colour:
            text.append(words, style=_STYLES.get(found.concept, _OTHER_STYLE))
        else:
            text.append(f"[{words}]")
        place = found.end
    return text.append(shown(sentence.text[place:]))


def _apart(found: tuple[Evidence, ...]) -> Iterator[Evidence]:
    """The finds in order, of those that share words the first."""
    end = 0
    for each in sorted(found, key=lambda each: each.start):
        if each.start >= end:
            yield each
            end = each.end
