"""``tearsheet doctor``: what is wrong, and what to do."""

from typing import Any

import click

from storage.check import Finding
from tearsheet.cli.output import note, print_json, print_table
from tearsheet.config import load_config
from tearsheet.doctor import findings, mended

__all__ = ["command"]

_NEEDS_A_PERSON = 4


@click.command("doctor")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, then look again.")
@click.option("--quiet", is_flag=True, help="Say nothing unless something needs a person; for cron.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, fix: bool, quiet: bool, as_json: bool) -> int:
    """Check corpus, index, SQLite, disk, clock, lock, schedule and sources. Exits with 4 when something must
    be mended.
    """
    config = load_config(config_path)
    tell = _ignore if quiet else note
    found = list(findings(config, tell=tell))
    if fix:
        for finding in mended(config, found):
            note(f"Mended: {finding.what}.")
        found = list(findings(config, tell=tell))
    if quiet:
        found = [finding for finding in found if finding.is_urgent]
    if as_json:
        print_json([_as_dict(finding) for finding in found])
    elif found:
        print_table(("finding", "what to do"), [(finding.what, finding.advice) for finding in found])
    elif not quiet:
        click.echo("All is well.")
    return _NEEDS_A_PERSON if any(finding.is_urgent for finding in found) else 0


def _as_dict(finding: Finding) -> dict[str, Any]:
    return {
        "what": finding.what,
        "advice": finding.advice,
        "is_urgent": finding.is_urgent,
        "is_fixable": finding.fix is not None,
    }


def _ignore(_line: str) -> None:
    """Take a line that nobody asked for."""
