"""``tearsheet forget``: removes an article and every trace of it."""

import dataclasses

import click

from storage.forget import forget
from tearsheet.cli.opened import article, opened_corpus
from tearsheet.cli.output import counted, note, print_json, shown
from tearsheet.lock import run_lock

__all__ = ["command"]


@click.command("forget")
@click.argument("ref", metavar="ID|URL")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document; implies --yes.")
@click.pass_obj
def command(config_path: str | None, *, ref: str, yes: bool, as_json: bool) -> None:
    """Remove an article, its revisions and its raw pages for ever; its URL is not fetched again."""
    with opened_corpus(config_path, write=True) as corpus, run_lock(corpus):
        found = article(corpus, ref)
        if not (yes or as_json):
            click.confirm(
                f"Remove article {found.id}, {shown(found.title)!r} ({shown(found.url)}), for ever?",
                abort=True,
                err=True,
            )
        gone = forget(corpus, found.id)
    assert gone is not None  # noqa: S101  # found above, under the lock
    if as_json:
        print_json(dataclasses.asdict(gone))
        return
    click.echo(
        f"Article {gone.article_id} is gone: {counted(gone.revisions, 'revision')}, "
        f"{counted(gone.pages, 'raw page')}; {counted(gone.addresses, 'address', 'addresses')} will not be "
        "fetched again."
    )
    if gone.copies:
        note(f"{counted(gone.copies, 'copy', 'copies')} of it under other addresses stay.")
