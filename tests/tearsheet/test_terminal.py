"""On a terminal there is colour and progress; a pipe may be closed early; NO_COLOR is respected."""

import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tearsheet.commands import ENVIRONMENT, LONGEST_SECONDS, Desk
from tests.tearsheet.conftest import Collected
from tests.tearsheet.harbor import Harbor

QUERY = "extradit*"
# How a line on stderr begins; those are not wrapped.
NOTES = ("tearsheet show", "More:", "Cut from", "This text is carried", "Changed")
# A foreground colour; bold and dim are no colours.
COLOUR = re.compile(r"\x1b\[(?:\d+;)*[39][0-7]m")


def on_terminal(desk: Desk, *arguments: str, **environment: str) -> str:
    """Everything a command writes to a terminal."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tearsheet", *arguments],
        cwd=desk.folder,
        env=ENVIRONMENT | {"TERM": "xterm-256color"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=end,
        stderr=end,
    )
    os.close(end)
    written = b""
    while select.select([terminal], [], [], LONGEST_SECONDS)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody holds the other end any more
            break
        if not piece:
            break
        written += piece
    os.close(terminal)
    assert process.wait(timeout=LONGEST_SECONDS) == 0
    return written.decode()


def test_a_run_on_a_terminal_shows_its_progress_and_takes_it_away(desk: Desk, harbor: Harbor) -> None:
    harbor.print(3)
    desk.configure(harbor.config())

    written = on_terminal(desk, "collect")

    assert "Asking the sources" in written
    last = written.rpartition("\x1b[2K")[2]
    assert "Run 1 (done)" in last
    assert "Asking the sources" not in last


def test_a_result_on_a_terminal_is_coloured_unless_no_color_is_set(collected: Collected) -> None:
    assert COLOUR.search(on_terminal(collected.desk, "search", QUERY))
    assert not COLOUR.search(on_terminal(collected.desk, "search", QUERY, NO_COLOR="1"))


def test_a_narrow_terminal_gets_lines_that_fit(collected: Collected) -> None:
    article = collected.article("estuary-wire/mexico-hands-over-18-prisoners")

    for command in (("sources",), ("search", QUERY), ("show", article.url)):
        written = on_terminal(collected.desk, *command, COLUMNS="40")
        lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).splitlines()
        results = [line for line in lines if not line.startswith(NOTES)]
        assert max(map(len, results)) <= 40

    shown = " ".join(" ".join(lines).split())
    assert all(paragraph in shown for paragraph in article.paragraphs)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_what_was_found_fits_the_terminal_as_a_table_where_there_is_room(
    collected: Collected, width: int
) -> None:
    written = on_terminal(collected.desk, "search", QUERY, COLUMNS=str(width), NO_COLOR="1")

    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).splitlines()
    heads = [line.split() for line in lines if line.startswith("id ")]
    assert all(len(line) <= width for line in lines if not line.startswith(NOTES))
    expected = {
        80: ["id", "date,", "source", "headline", "copies", "watch"],
        120: ["id", "date", "source", "headline", "copies", "watch"],
    }
    assert heads == ([expected[width]] if width in expected else [])


def test_an_article_is_read_in_a_column_however_wide_the_terminal_is(collected: Collected) -> None:
    article = collected.article("estuary-wire/mexico-hands-over-18-prisoners")

    written = on_terminal(collected.desk, "show", article.url, COLUMNS="200", NO_COLOR="1")

    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).splitlines()
    assert max(len(line) for line in lines if not line.startswith(NOTES)) <= 88
    assert lines[2].startswith("By ")


@pytest.mark.parametrize(
    "command",
    [
        f"search '{QUERY}'",
        f"search '{QUERY}' --json",
        "export",
        "export --format csv",
        "show 1 --raw",
        "sources",
    ],
)
def test_a_reader_that_has_enough_causes_no_complaint(
    collected: Collected, command: str, tmp_path: Path
) -> None:
    script = (
        f"set -o pipefail; {sys.executable} -m tearsheet {command} 2>'{tmp_path}/err' | head -c 1 >/dev/null"
    )

    done = subprocess.run(
        ["bash", "-c", script], cwd=collected.desk.folder, env=ENVIRONMENT, capture_output=True
    )

    assert done.returncode == 0
    assert "Error" not in (tmp_path / "err").read_text()
    assert "Traceback" not in (tmp_path / "err").read_text()
