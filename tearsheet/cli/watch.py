"""``tearsheet watch``: the questions: list, explain, test; labels to test by."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from pipeline.errors import InputError, WatchError
from pipeline.items import Article
from pipeline.judging.evidence import Concepts
from pipeline.judging.loading import watches_from
from pipeline.judging.plain import article_from_text
from pipeline.judging.scoring import Evaluation, Labelled, evaluate
from pipeline.judging.watch import Explanation, SentenceEvidence, Watch, explain
from pipeline.keys import unknown_name
from storage.search.records import Record
from tearsheet.cli.labels import command as export_labels
from tearsheet.cli.opened import article as stored_article
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import print_json, print_table, shown, stdout
from tearsheet.cli.pages import lines_from_file, page_from_file, value_from_line
from tearsheet.config import load_config

__all__ = ["command"]


@click.group("watch", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """The questions that articles are judged by; without a word more: list."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_watches, as_json=as_json)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def list_watches(config_path: str | None, *, as_json: bool) -> None:
    """List the watches: the built-in one and those of tearsheet.toml."""
    rows = [
        {"name": watch.name, "enabled": watch.enabled, "kind": _kind(watch)}
        for watch in _watches(config_path)
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("watch", "on", "kind"), [(r["name"], "yes" if r["enabled"] else "no", r["kind"]) for r in rows]
    )


@command.command("explain")
@click.argument("name")
@click.argument("ref", metavar="ID|URL|FILE")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def explain_watch(config_path: str | None, *, name: str, ref: str, as_json: bool) -> None:
    """Say why an article belongs to a watch or not.

    The article is a stored one, or a file: HTML, or plain text with its title in the first line.
    """
    watch = _watch(config_path, name)
    explanation = explain(_article(config_path, ref), watch)
    if as_json:
        print_json(_explanation_as_dict(explanation))
    else:
        _print_explanation(explanation)


@command.command("test")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def test_watch(config_path: str | None, *, name: str, file: Path, as_json: bool) -> None:
    """Measure a watch on a labelled file: precision, recall, and each text it got wrong."""
    evaluation = evaluate(_labelled(file), _watch(config_path, name))
    if as_json:
        print_json(dataclasses.asdict(evaluation))
    else:
        _print_evaluation(evaluation)


command.add_command(export_labels)


def _watches(config_path: str | None) -> tuple[Watch, ...]:
    config = load_config(config_path)
    return watches_from(config.watch_tables, origin=config.origin)


def _watch(config_path: str | None, name: str) -> Watch:
    watches = {watch.name: watch for watch in _watches(config_path)}
    if name not in watches:
        otherwise = f"there are: {', '.join(watches)}"
        raise unknown_name("watch", name, watches, otherwise=otherwise, error=WatchError)
    return watches[name]


def _article(config_path: str | None, ref: str) -> Article:
    file = Path(ref)
    if file.is_file():
        return _article_from_file(file)
    with opened_corpus(config_path) as corpus:
        return _article_from_record(stored_article(corpus, ref))


def _article_from_file(file: Path) -> Article:
    if file.suffix.lower() not in {".html", ".htm"}:
        title, _, text = file.read_text(encoding="utf-8", errors="replace").partition("\n")
        return article_from_text(title=title.strip(), text=text.strip())
    from pipeline.reading.page import reading_of

    reading = reading_of(page_from_file(file))
    return article_from_text(title=reading.title, text=reading.text, language=reading.language)


def _article_from_record(record: Record) -> Article:
    article = article_from_text(title=record.title, text=record.text, language=record.language)
    return dataclasses.replace(
        article, url=record.url, source=record.source, authors=record.authors, standfirst=record.standfirst
    )


def _kind(watch: Watch) -> str:
    return "concepts" if isinstance(watch.question, Concepts) else "query"


def _labelled(file: Path) -> Iterator[Labelled]:
    for number, line in lines_from_file(file):
        where = f"{file}, line {number}"
        value = value_from_line(line, where)
        if not isinstance(value, dict) or not {"id", "text", "label"} <= value.keys():
            raise InputError(f"{where}: expected an object with id, text and label")
        if value["label"] not in {"relevant", "not"}:
            raise InputError(f'{where}: label {value["label"]!r}; expected "relevant" or "not"')
        yield Labelled(
            id=str(value["id"]),
            lang=str(value.get("lang", "")),
            title=str(value.get("title", "")),
            text=str(value["text"]),
            label=value["label"],
            kind=str(value.get("kind", "")),
        )


def _explanation_as_dict(explanation: Explanation) -> dict[str, Any]:
    judgement = explanation.judgement
    return {
        "watch": judgement.watch,
        "score": judgement.score,
        "threshold": explanation.threshold,
        "relevant": judgement.relevant,
        "reasons": list(judgement.reasons),
        "parts": dict(explanation.parts),
        "sentences": [dataclasses.asdict(sentence) for sentence in explanation.sentences],
    }


def _print_explanation(explanation: Explanation) -> None:
    out, judgement = stdout(), explanation.judgement
    verdict = "relevant" if judgement.relevant else "not relevant"
    head = f"{judgement.watch}: {verdict}, {judgement.score:.2f} (threshold {explanation.threshold:.2f})"
    out.print(Text(head, style="bold green" if judgement.relevant else "bold"))
    for name, value in explanation.parts:
        out.print(Text(f"  {name}: {value:.2f}", style="dim"))
    for reason in judgement.reasons:
        out.print(Text(f"  {shown(reason)}"))
    for sentence in explanation.sentences:
        out.print()
        out.print(Text(f"[{sentence.label}] ", style="dim").append_text(_marked(sentence)))


def _marked(sentence: SentenceEvidence) -> Text:
    text = Text(shown(sentence.text))
    if len(text.plain) == len(sentence.text):  # else the places have moved
        for found in sentence.found:
            text.stylize("bold yellow", found.start, found.end)
    return text


def _print_evaluation(evaluation: Evaluation) -> None:
    figures = ("precision", "recall", "f1", "average_precision")
    print_table(figures, [[f"{getattr(evaluation, name):.3f}" for name in figures]])
    click.echo()
    languages = evaluation.by_language.items()
    rows = [(name, s.count, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}") for name, s in languages]
    print_table(("language", "texts", "precision", "recall", "f1"), rows)
    click.echo()
    kinds = evaluation.by_kind.items()
    print_table(("kind", "texts", "right"), [(name, kind.count, kind.right) for name, kind in kinds])
    if evaluation.wrong:
        click.echo()
        wrong = [(each.id, f"{each.score:.2f}", "; ".join(each.reasons)) for each in evaluation.wrong]
        print_table(("wrong", "score", "reasons"), wrong)
