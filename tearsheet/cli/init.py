"""``tearsheet init``: a commented configuration."""

from importlib.resources import files
from pathlib import Path

import click

from pipeline.errors import ConfigError
from tearsheet.config import CONFIG_NAME

__all__ = ["command"]


@click.command("init")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.pass_obj
def command(config: str | None, *, force: bool) -> None:
    """Write a commented tearsheet.toml into this folder (or where --config says)."""
    file = Path(config or CONFIG_NAME)
    if file.exists() and not force:
        raise ConfigError(f"{file} is there already; --force overwrites it")
    try:
        file.write_bytes(files("tearsheet").joinpath("template.toml").read_bytes())
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"Wrote {file}. Look at the sources in it, then: tearsheet collect")
