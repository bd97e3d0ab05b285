"""``tearsheet frozen``: the sets that were frozen, and what would differ today."""

import shlex
from collections import Counter
from collections.abc import Iterator

import click
from rich.text import Text

from storage import Corpus
from storage.frozen.values import Difference, FrozenSet
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, instant, note, print_json, print_table, shown, stdout
from tearsheet.cli.rows import RowsAsJson

__all__ = ["command", "print_set"]

_CHANGES = {"changed": "yellow", "gone": "red", "forgotten": "red", "added": "green"}
# Reasons that are no fields, as a person reads them.
_SAID = {
    "off_topic": "off-topic now",
    "withdrawn": "withdrawn since",
    "new": "came since",
    "stored_before": "was stored, and not found then",
}
_FIELDS = {"title": "headline", "watches": "judgement", "published_at": "date", "duplicate_cluster": "copies"}
# Told with their numbers.
_TOLD = {"copy", "duplicate_of", "revision"}


@click.command("frozen")
@click.argument("name", required=False)
@click.option("--drift", is_flag=True, help="All that would be another today, and why.")
@click.option("--remove", is_flag=True, help="Remove the set; its articles stay.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, name: str | None, drift: bool, remove: bool, as_json: bool) -> None:
    """List the frozen sets, or show one: what was asked, when, and its fingerprint."""
    if drift and remove:
        raise click.UsageError("--drift and --remove exclude each other.")
    if name is None and (drift or remove):
        raise click.UsageError("Name the set; `tearsheet frozen` lists them.")
    with opened_corpus(config_path, write=remove) as corpus:
        if name is None:
            _print_sets(corpus.frozen_sets(), as_json=as_json)
        elif drift:
            _print_drift(corpus, name, as_json=as_json)
        elif remove:
            _print_removed(corpus.remove_frozen(name), as_json=as_json)
        elif as_json:
            print_json(corpus.frozen_set(name).as_dict())
        else:
            print_set(corpus.frozen_set(name))


def print_set(frozen: FrozenSet) -> None:
    """Print what is kept of a set, one thing a line."""
    version = f" by Tearsheet {frozen.version}" if frozen.version else ""
    rows = (
        ("articles", f"{frozen.articles}{_forgotten(frozen)}"),
        ("query", frozen.query or "(everything)"),
        ("filters", ", ".join(_filters(frozen))),
        ("frozen", f"{instant(frozen.frozen_at)}{version}"),
        ("watches", ", ".join(_watches(frozen))),
        ("fingerprint", frozen.fingerprint),
    )
    print_table(("set", frozen.name), [row for row in rows if row[1]])
    name = shlex.quote(frozen.name)
    note(f"tearsheet export --frozen {name}  gives its articles as they were;")
    note(f"tearsheet frozen {name} --drift  tells what would differ today.")


def _forgotten(frozen: FrozenSet) -> str:
    return f", {frozen.forgotten} forgotten since" if frozen.forgotten else ""


def _filters(frozen: FrozenSet) -> Iterator[str]:
    for key, value in frozen.as_dict()["filters"].items():
        yield key.replace("_", " ") if value is True else f"{key} {value}"


def _watches(frozen: FrozenSet) -> Iterator[str]:
    for watch, versions in frozen.watches.items():
        yield f"{watch} ({', '.join(versions)})" if versions else watch


def _print_sets(sets: tuple[FrozenSet, ...], *, as_json: bool) -> None:
    if as_json:
        print_json([frozen.as_dict() for frozen in sets])
        return
    if not sets:
        note("Nothing was frozen yet: tearsheet freeze QUERY --name NAME")
        return
    rows = [(each.name, each.articles, f"{each.frozen_at:%Y-%m-%d}", each.query) for each in sets]
    print_table(("name", "articles", "frozen", "query"), rows)


def _print_removed(frozen: FrozenSet, *, as_json: bool) -> None:
    if as_json:
        print_json(frozen.as_dict())
        return
    click.echo(f"The set {shown(frozen.name)} of {counted(frozen.articles, 'article')} is removed.")


def _print_drift(corpus: Corpus, name: str, *, as_json: bool) -> None:
    frozen, counts = corpus.frozen_set(name), Counter[str]()
    rows = RowsAsJson("differences")
    for difference in corpus.drift(name):
        counts[difference.change] += 1
        if as_json:
            rows.row(difference.as_dict())
        else:
            _print_difference(difference)
    differing = {change: counts[change] for change in _CHANGES}
    same = frozen.articles - sum(counts[change] for change in _CHANGES if change != "added")
    if as_json:
        rows.end({"set": frozen.as_dict(), "counts": {"same": same} | differing})
        return
    said = ", ".join(f"{number} {change}" for change, number in differing.items() if number)
    about = f"Of {counted(frozen.articles, 'article')} frozen on {frozen.frozen_at:%Y-%m-%d}"
    stdout().print(Text(f"{about}, {same} would be the same today{'; ' + said if said else ''}."))


def _print_difference(difference: Difference) -> None:
    out, style = (
        stdout(),
        {"gone": "red", "forgotten": "red", "added": "green"}.get(difference.change, "yellow"),
    )
    head = Text(f"{difference.change:<10}", style=style).append(f"{difference.id:>6}", style="cyan")
    out.print(head.append(f"  {shown(difference.title)}" if difference.title else "", style="bold"))
    if why := "; ".join(_why(difference)):
        out.print(Text(f"{'':<18}{shown(why)}", style="dim"))


def _why(difference: Difference) -> Iterator[str]:
    if "copy" in difference.why:
        yield f"{difference.duplicate_of} stands for it now"
    elif "duplicate_of" in difference.why:
        yield f"copy of {difference.duplicate_of} now" if difference.duplicate_of else "no copy any more"
    if "revision" in difference.why:
        yield f"revision {difference.revision_then} then, {difference.revision_now} now"
    yield from (_SAID[name] for name in difference.why if name in _SAID)
    names = [name for name in difference.why if name not in _SAID.keys() | _TOLD]
    if names:
        yield f"changed: {', '.join(_FIELDS.get(name, name.replace('_', ' ')) for name in names)}"
    if difference.change == "gone" and not difference.why:
        yield "nothing of it changed, but how it is searched for"
