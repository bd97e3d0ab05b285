"""``tearsheet doctor``: what is wrong, and what to do."""

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.errors import LockedError, TearsheetError
from pipeline.health import Health, health
from storage.check import Finding, check
from storage.sources import Sources
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import note, print_json, print_table
from tearsheet.config import Config, load_config
from tearsheet.lock import run_lock

__all__ = ["command"]

_NEEDS_A_PERSON = 4
_LEAST_FREE_BYTES = 500_000_000


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, as_json: bool) -> int:
    """Check corpus, index, SQLite, disk and sources. Exits with 4 when something must be mended."""
    config = load_config(config_path)
    findings = list(_findings(config, config_path))
    if as_json:
        print_json([dataclasses.asdict(finding) for finding in findings])
    elif findings:
        print_table(("finding", "what to do"), [(finding.what, finding.advice) for finding in findings])
    else:
        click.echo("All is well.")
    return _NEEDS_A_PERSON if any(finding.is_urgent for finding in findings) else 0


def _findings(config: Config, config_path: str | None) -> Iterator[Finding]:
    try:
        with opened_corpus(config_path) as corpus:
            yield from _of_disk(Path(corpus.path))
            yield from _of_sources(config, Sources(corpus))
        yield from _of_corpus(config_path, corpus.path)
    except TearsheetError as error:
        yield Finding(what=str(error), advice="mend this first; the other checks need the corpus")


def _of_corpus(config_path: str | None, path: str) -> Iterator[Finding]:
    """Check everything when no run is under way; else what can be checked beside one."""
    try:
        with run_lock(path), opened_corpus(config_path, write=True) as corpus:
            yield from check(corpus)
    except LockedError:
        note("A run is under way; the words of the index are not compared with the texts now.")
        with opened_corpus(config_path) as corpus:
            yield from check(corpus)


def _of_disk(corpus: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(corpus.resolve().parent).free
    if free < _LEAST_FREE_BYTES:
        what = f"{free // 1_000_000} MB left on the disk of {corpus}"
        yield Finding(what=what, advice="make room")


def _of_sources(config: Config, sources: Sources) -> Iterator[Finding]:
    states = sources.states()
    for source in config.sources:
        if not source.enabled or source.name not in states:
            continue
        state = states[source.name]
        word, finding = health(
            state.channels, now=datetime.now(UTC), expect_per_day=source.expect_per_day, days=state.days
        )
        if word is not Health.OK and word is not Health.NEVER:
            what, _, advice = finding.rpartition("; ")
            yield Finding(what=f"{source.name} is {word}: {what}", advice=advice)
