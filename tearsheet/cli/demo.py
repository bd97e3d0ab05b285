"""``tearsheet demo``: the whole job against the sample newsroom; no network, ends by itself."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.text import Text

from pipeline.errors import ConfigError, TearsheetError
from tearsheet.cli.output import note, stdout
from tearsheet.config import CONFIG_NAME
from tearsheet.demo import Newsroom

__all__ = ["command"]

_QUERY = 'extradit* OR "handed over" OR entreg*'
# The article that the second edition corrects.
_CORRECTED = ("halyard-courier", "who-are-the-men-on-the-planes")
_SETTINGS = ("TEARSHEET_CONFIG", "TEARSHEET_CORPUS_URL")


@click.command("demo")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Keep the corpus."
)
def command(*, keep: Path | None) -> None:
    """Open nine small papers on this machine, collect from them twice, and show what was found."""
    with _folder(keep) as folder, Newsroom(datetime.now(UTC)) as newsroom:
        _write_config(folder, newsroom)
        _say(f"A sample newsroom is open: {len(newsroom.sources)} publishers, one of them broken.")
        _run(folder, "collect")
        newsroom.publish_second_edition()
        _say("The papers print a second edition: some new articles, another reprint, one article corrected.")
        _run(folder, "collect")
        _say("What is in the corpus now:")
        _run(folder, "search", _QUERY, "--limit", "5")
        _say("What the correction changed:")
        _run(folder, "show", _url(newsroom, _CORRECTED), "--diff")
        _say("What was cut from that page, and by which rule:")
        _run(folder, "show", _url(newsroom, _CORRECTED), "--receipt")
    if keep is None:
        _say("This was a visit: nothing is kept. To look around: tearsheet demo --keep DIR")
    else:
        _say(f"The corpus is kept: cd {keep} && tearsheet search 'extradit*'")


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="tearsheet-demo-") as name:
            yield Path(name)
        return
    if (keep / CONFIG_NAME).exists():
        raise ConfigError(f"{keep} holds a {CONFIG_NAME} already; name another folder")
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{keep} cannot be made: {error.strerror}") from error
    yield keep


def _write_config(folder: Path, newsroom: Newsroom) -> None:
    try:
        (folder / CONFIG_NAME).write_text(newsroom.config_toml(), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written: {error.strerror}") from error


def _run(folder: Path, *arguments: str) -> None:
    """Run a command as its user would: a process of its own, in the folder."""
    stdout().print(Text(f"$ tearsheet {subprocess.list2cmdline(arguments)}", style="cyan"))
    sys.stdout.flush()
    # A proxy knows nothing of this machine's own ports.
    environment = {k: v for k, v in os.environ.items() if k not in _SETTINGS} | {"no_proxy": "*"}
    done = subprocess.run([sys.executable, "-m", "tearsheet", *arguments], cwd=folder, env=environment)  # noqa: S603
    if done.returncode:
        raise TearsheetError(f"`tearsheet {arguments[0]}` ended with {done.returncode}; see above")


def _say(text: str) -> None:
    note("")
    note(text)


def _url(newsroom: Newsroom, key: tuple[str, str]) -> str:
    return next(article.url for article in newsroom.articles if (article.publisher, article.slug) == key)
