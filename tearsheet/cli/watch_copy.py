"""``tearsheet watch copy``: a watch as a file of your own, to be edited."""

import sys
from pathlib import Path

import click

from pipeline.errors import ConfigError, WatchError
from pipeline.judging.loading import builtin_text, builtin_watches
from tearsheet.cli.output import shown
from tearsheet.cli.watches import watch_named
from tearsheet.config import Config, load_config
from tearsheet.config_file import append_tables, config_file, write_whole
from tearsheet.source_names import is_source_name
from tearsheet.watch_files import text_of_watch_file

__all__ = ["command"]

_FOLDER = "watches"


@click.command("copy")
@click.argument("name")
@click.option(
    "--as", "new", metavar="NAME", help="What to call the copy; default: it takes the place of NAME."
)
@click.pass_obj
def command(config_path: str | None, *, name: str, new: str | None) -> None:
    """Copy a watch into a file that you can edit, and use it from tearsheet.toml.

    In a pipe, and without --as, the file is printed and nothing is written.
    """
    config = load_config(config_path)
    text = _text(config, name)
    if new is None and not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    file = config_file(config)
    copy = _free_name(config, name, new, file)
    written = file.parent / _FOLDER / f"{copy}.toml"
    _write(written, text)
    table = f'[watches.{copy}]\nfile = "{_FOLDER}/{copy}.toml"\n'
    append_tables(
        file, table, otherwise=f'write [watches.{copy}] with file = "{_FOLDER}/{copy}.toml" by hand'
    )
    click.echo(shown(f"Wrote {written}, and [watches.{copy}] into {file}. Edit it, then see what it finds:"))
    click.echo(shown(f"  tearsheet watch test {copy} LABELLED.jsonl"))
    if copy != name:
        click.echo(
            shown(f"{name} stays on beside it; `enabled = false` under [watches.{name}] switches it off.")
        )


def _text(config: Config, name: str) -> str:
    """The watch as it is written in its file."""
    watch_named(name, config.watches)
    if name in config.watch_files:
        return text_of_watch_file(
            Path(config.watch_files[name]), told_by=f"{config.origin}: [watches.{name}]"
        )
    if config.watch_tables.get(name, {}).keys() <= {"enabled"} and name in _builtin_names():
        return builtin_text(name)
    raise WatchError(f"{config.origin}: [watches.{name}] has no file; copy its table there")


def _builtin_names() -> set[str]:
    return {watch.name for watch in builtin_watches()}


def _free_name(config: Config, name: str, new: str | None, file: Path) -> str:
    copy = name if new is None else new
    if not is_source_name(copy):
        raise WatchError(f"--as {copy!r}: the name of a copy is lower-case letters, digits and hyphens")
    if copy in config.watch_tables:
        raise WatchError(f"{file}: there is a [watches.{copy}] already; --as gives the copy another name")
    return copy


def _write(file: Path, text: str) -> None:
    if file.exists():
        raise ConfigError(f"{file} is there already; --as gives the copy another name")
    try:
        file.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{file.parent} cannot be made: {error.strerror}") from error
    write_whole(file, text)
