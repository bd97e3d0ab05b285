"""``tearsheet watch test``: how well a watch does on texts whose answer is known."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.errors import InputError
from pipeline.judging.scoring import Evaluation, Labelled, evaluate
from tearsheet.cli.output import print_json, print_table
from tearsheet.cli.pages import lines_from_file, value_from_line
from tearsheet.cli.watch_named import watch_named
from tearsheet.config import load_config

__all__ = ["command"]


@click.command("test")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, name: str, file: Path, as_json: bool) -> None:
    """Measure a watch on a labelled file: precision, recall, and each text it got wrong."""
    evaluation = evaluate(_labelled(file), watch_named(load_config(config_path), name))
    if as_json:
        print_json(dataclasses.asdict(evaluation))
    else:
        _print(evaluation)


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


def _print(evaluation: Evaluation) -> None:
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
