"""``tearsheet watch export-labels``: what people marked, as a file that ``watch test`` reads."""

import json
from pathlib import Path

import click

from storage.export.files import atomic
from storage.marks import Marks
from storage.search.labelled import MarkedText
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, note, print_json_line
from tearsheet.cli.watches import known_watches, watch_named

__all__ = ["command"]


@click.command("export-labels")
@click.argument("name")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else stdout.")
@click.pass_obj
def command(config_path: str | None, *, name: str, output: Path | None) -> None:
    """Write what was marked for a watch as a labelled file, which `watch test` reads."""
    watch = watch_named(name, known_watches(config_path))
    with opened_corpus(config_path) as corpus:
        labelled = [_labelled(marked) for marked in Marks(corpus).texts(watch.name)]
    if output is None:
        for line in labelled:
            print_json_line(line)
    else:
        with atomic(output) as stream:
            stream.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in labelled)
        note(f"{counted(len(labelled), 'marked article')} in {output}.")
    if not labelled:
        note(f"Nothing is marked for {watch.name}; `tearsheet mark ID relevant` or `not` does it.")


def _labelled(marked: MarkedText) -> dict[str, str]:
    """Return one line. A labelled file knows no standfirst: it stands above the text."""
    return {
        # Unlike its number, the address means the same in every corpus; `watch explain` takes it too.
        "id": marked.url,
        "lang": marked.language,
        "title": marked.title,
        "text": "\n\n".join(filter(None, (marked.standfirst, marked.text))),
        "label": marked.verdict,
        "kind": "marked",
    }
