"""``tearsheet prune``: removes raw pages that have had their time; articles never."""

import dataclasses
from datetime import UTC, datetime

import click

from storage.retention import Retention, prune
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import counted, print_json
from tearsheet.config import load_config

__all__ = ["command"]


@click.command("prune")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Remove raw pages that are older than [corpus] keeps them. Articles and their revisions stay."""
    kept = load_config(config_path).corpus
    retention = Retention(article_days=kept.keep_pages_days, off_topic_days=kept.keep_off_topic_pages_days)
    with opened_corpus(config_path, write=not dry_run) as corpus:
        done = prune(corpus, retention, now=datetime.now(UTC), dry_run=dry_run)
    if as_json:
        print_json(dataclasses.asdict(done) | {"dry_run": dry_run})
        return
    said = "Would remove" if dry_run else "Removed"
    pages = counted(done.article_pages + done.other_pages, "page")
    click.echo(
        f"{said} {pages} ({done.article_pages} of articles, {done.page_bytes / 1e6:.1f} MB) and "
        f"{counted(done.known_fates, 'old note')} of addresses that were known already."
    )
