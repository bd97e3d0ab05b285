"""Scrapy's own command in a checkout: every source is a spider."""

import subprocess
import sys
from pathlib import Path

from tests.tearsheet.commands import ENVIRONMENT, LONGEST_SECONDS, Desk
from tests.tearsheet.conftest import Collected

ROOT = Path(__file__).parents[2]


def scrapy(desk: Desk, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT | {"TEARSHEET_CONFIG": str(desk.folder / "tearsheet.toml")},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=True,
    )


def test_scrapy_lists_the_sources_and_crawls_one_into_the_corpus(collected: Collected, desk: Desk) -> None:
    desk.configure(collected.newsroom.config_toml())

    listed = scrapy(desk, "list").stdout.split()
    scrapy(desk, "crawl", "voz-de-altozano", "-L", "ERROR")

    assert listed == sorted(source.name for source in collected.newsroom.sources)
    assert set(desk.rows("SELECT source, fate FROM article")) == {("voz-de-altozano", "new")}
    (report,) = desk.ask("runs", "--json").json
    assert (report["outcome"], report["sources"]) == ("done", ["voz-de-altozano"])
    assert report["discovered"] == sum(report["fates"].values()) == 5
