"""``tearsheet why``: the fate of a URL in every run that met it."""

import click

from pipeline.errors import InputError
from storage.pairings import Pairings
from storage.runs import RunLog
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import instant, print_json, print_table, shown
from tearsheet.cli.pairs import pairing_lines, pairings_as_dicts

__all__ = ["command"]


@click.command("why")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, url: str, as_json: bool) -> None:
    """Tell what became of a URL in every run that met it, newest first, with the reasons."""
    with opened_corpus(config_path) as corpus:
        fates = RunLog(corpus).why(url)
        found = corpus.get(url)
        said = Pairings(corpus).of([found.id]) if found else ()
    if not fates:
        raise InputError(f"no run met {url}; no source announced it")
    if as_json:
        rows = [
            {
                "run": row.run,
                "at": instant(row.at),
                "channel": row.channel.value,
                "fate": row.fate.value,
                "rule": row.rule,
                "reason": row.reason,
                "score": row.score,
                "compared_with": row.compared_with,
            }
            for row in fates
        ]
        print_json({"url": url, "fates": rows, "pairs": pairings_as_dicts(said, found.id) if found else []})
        return
    print_table(
        ("run", "at", "channel", "fate", "rule", "reason"),
        [(row.run, instant(row.at), row.channel, row.fate, row.rule, row.reason) for row in fates],
    )
    for line in pairing_lines(said, found.id) if found else ():
        click.echo(shown(f"A person decided: {line}"))
