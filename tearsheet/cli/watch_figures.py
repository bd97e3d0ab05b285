"""``tearsheet watch test``: how well a watch does on texts whose answer is known."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.errors import InputError
from pipeline.judging.scoring import Evaluation, Labelled, Scores, evaluate
from tearsheet.cli.output import print_json, print_table
from tearsheet.cli.pages import lines_from_file, value_from_line
from tearsheet.cli.watches import watch_named
from tearsheet.config import load_config

__all__ = ["command"]

_NEEDED = ("id", "text", "label")
_TEXTS = ("text", "title", "lang", "kind")
_LABELS = ("relevant", "not")
_FIGURES = ("precision", "recall", "f1", "average_precision")
_SHORT = ("precision", "recall", "f1", "avg. prec.")


@click.command("test")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, name: str, file: Path, as_json: bool) -> None:
    """Measure a watch on a labelled file: precision, recall, and each text it got wrong."""
    evaluation = evaluate(_labelled(file), watch_named(name, load_config(config_path).watches))
    if as_json:
        print_json(dataclasses.asdict(evaluation))
    else:
        _print(evaluation)


def _labelled(file: Path) -> Iterator[Labelled]:
    number = 0
    for number, line in lines_from_file(file):
        where = f"{file}, line {number}"
        value = value_from_line(line, where)
        if not isinstance(value, dict):
            raise InputError(f"{where}: expected an object with id, text and label, found {value!r}")
        _check(value, where)
        yield Labelled(
            id=str(value["id"]),
            lang=value.get("lang") or "",
            title=value.get("title") or "",
            text=value["text"],
            label=value["label"],
            kind=value.get("kind") or "",
        )
    if not number:
        raise InputError(f"{file} is empty; expected a line of JSON for each text, with id, text and label")


def _check(value: dict[str, Any], where: str) -> None:
    for key in _NEEDED:
        if key not in value:
            raise InputError(f"{where}: there is no {key}; expected an object with {', '.join(_NEEDED)}")
    if value["label"] not in _LABELS:
        raise InputError(f'{where}: label {value["label"]!r}; expected "relevant" or "not"')
    for key in _TEXTS:
        if not isinstance(value.get(key) or "", str):
            raise InputError(f"{where}: {key} must be a text, not {value[key]!r}")
    if value["text"] is None:
        raise InputError(f"{where}: text must be a text, not null")


def _print(evaluation: Evaluation) -> None:
    print_table(_FIGURES, [[f"{getattr(evaluation, name):.3f}" for name in _FIGURES]])
    for title, groups in (("language", evaluation.by_language), ("kind", evaluation.by_kind)):
        click.echo()
        rows = [(name, scores.count, scores.right, *_figures(scores)) for name, scores in groups.items()]
        print_table((title, "texts", "right", *_SHORT), rows)
    if evaluation.wrong:
        click.echo()
        wrong = [(each.id, f"{each.score:.2f}", "; ".join(each.reasons)) for each in evaluation.wrong]
        print_table(("wrong", "score", "reasons"), wrong)


def _figures(scores: Scores) -> list[str]:
    """The figures of some texts; none where all are to be left out: there is nothing to find among them."""
    if not scores.relevant:
        return [""] * len(_FIGURES)
    return [f"{getattr(scores, name):.3f}" for name in _FIGURES]
