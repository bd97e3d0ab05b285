"""``tearsheet watch``: the questions: list, copy, explain, test, backtest; labels to test by."""

import click

from pipeline.judging.evidence import Concepts
from tearsheet.cli.labels import command as export_labels
from tearsheet.cli.output import print_json, print_table
from tearsheet.cli.watch_backtest import command as backtest_watch
from tearsheet.cli.watch_copy import command as copy_watch
from tearsheet.cli.watch_explain import command as explain_watch
from tearsheet.cli.watch_figures import command as test_watch
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
        {
            "name": watch.name,
            "enabled": watch.enabled,
            "kind": "concepts" if isinstance(watch.question, Concepts) else "query",
        }
        for watch in load_config(config_path).watches
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("watch", "on", "kind"), [(r["name"], "yes" if r["enabled"] else "no", r["kind"]) for r in rows]
    )


for subcommand in (copy_watch, explain_watch, test_watch, backtest_watch, export_labels):
    command.add_command(subcommand)
