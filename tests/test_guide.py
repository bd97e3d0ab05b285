"""The guide is true: its commands run in order, as a newcomer would type them, and print what it shows.

Of docs/guide.md, each kind of block is taken so:

    console   every line behind ``$`` is run; the lines below it are in what it prints (… stands for anything)
    toml      goes into tearsheet.toml, each key into its table
    python    is run in the same folder
    others    are for reading (what a test must not run stands in one of these)

The addresses https://NAME.example in it are those of the sample newsroom.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.items import Fate
from tearsheet.demo import Newsroom

DOCS = Path(__file__).parents[1] / "docs"
README = DOCS.parent / "README.md"

BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$|^<!-- (?P<event>.+?) -->$", re.M | re.S)
EVENTS = {"the papers print a second edition": Newsroom.publish_second_edition}

# Keys that let the crawler ask this machine's own ports, as fast as they answer.
ON_LOOPBACK = "[collect]\nallow_private_hosts = true\ndelay_seconds = 0\n"


@dataclass(frozen=True)
class Ran:
    """A command of the guide, what the guide shows of its output, and what it printed."""

    command: str
    shown: str
    printed: str
    code: int


class Reader:
    """Follows a guide in a folder of its own, against a newsroom."""

    def __init__(self, home: Path, newsroom: Newsroom) -> None:
        self.folder = home
        self._newsroom = newsroom
        self._sites = {f"https://{name}.example": site.url("") for name, site in newsroom.sites.items()}
        settings = ("TEARSHEET_CONFIG", "TEARSHEET_CORPUS_URL")
        self._environment = {key: value for key, value in os.environ.items() if key not in settings}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environment |= {"PATH": path, "no_proxy": "*"}

    def follow(self, guide: str) -> Iterator[Ran]:
        for block in BLOCK.finditer(guide):
            match block["kind"]:
                case "console":
                    yield from map(self._run_shown, block["body"].removeprefix("$ ").split("\n$ "))
                case "toml":
                    self._configure(block["body"])
                case "python":
                    yield self._run([sys.executable, "-c", self._real(block["body"])], "python", "")
                case None:
                    EVENTS[block["event"]](self._newsroom)

    def _run_shown(self, text: str) -> Ran:
        command, _, shown = text.partition("\n")
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            return Ran(command, shown, "", 0)
        ran = self.run(command, shown)
        if command == "tearsheet init":
            self._configure(ON_LOOPBACK)
        return ran

    def run(self, command: str, shown: str = "") -> Ran:
        """Run one line as a shell does."""
        return self._run(["sh", "-c", self._real(command)], command, shown)

    def _run(self, arguments: Sequence[str], command: str, shown: str) -> Ran:
        done = subprocess.run(
            arguments,
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        return Ran(command, shown, self._placeholders(done.stdout), done.returncode)

    def _configure(self, block: str) -> None:
        file = self.folder / "tearsheet.toml"
        file.write_text(with_keys(file.read_text(encoding="utf-8"), self._real(block)), encoding="utf-8")

    def _real(self, text: str) -> str:
        for placeholder, address in self._sites.items():
            text = text.replace(placeholder, address)
        return re.sub(r"(http://\S+)…(\S+)", self._whole_address, text)

    def _whole_address(self, short: re.Match[str]) -> str:
        urls = (article.url for article in self._newsroom.articles)
        return next(url for url in urls if url.startswith(short[1]) and url.endswith(short[2]))

    def _placeholders(self, text: str) -> str:
        for placeholder, address in self._sites.items():
            text = text.replace(address, placeholder)
        return text


def with_keys(text: str, block: str) -> str:
    """Put the keys of each table of a block into that table of a text, a key that is set there replaced."""
    for table, keys in re.findall(r"^(\[.+\])\n((?:[^\[\n].*\n)*)", block, re.M):
        if f"\n{table}\n" not in text:
            text += f"\n{table}\n"
        before, head, rest = text.partition(f"\n{table}\n")
        own, gap, others = rest.partition("\n[")
        for key in re.findall(r"^(\w+) =", keys, re.M):
            own = re.sub(rf"^{key} =.*\n", "", own, flags=re.M)
        text = before + head + keys + own + gap + others
    return text


def is_printed(shown: str, printed: str) -> bool:
    """Tell whether lines are in an output, one below the other; … stands for any text or any lines."""
    lines = [re.escape(line).replace("…", ".*") for line in same_everywhere(shown).splitlines()]
    pattern = "".join("(?:.*\n)*" if line == ".*" else line + "\n" for line in lines)
    return re.search(f"(?m)^{pattern}", same_everywhere(printed) + "\n") is not None


def same_everywhere(text: str) -> str:
    """Take out what differs from run to run: times, ports, numbers of articles, and the width of columns."""
    text = re.sub(r"20\d\d([-/])\d\d\1\d\d(T[\d:]{8}Z)?", "DATE", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(rf"(?m)^ +\d+  (?!(?:{'|'.join(Fate)})\b)", "ID ", text)
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with Newsroom(datetime.now(UTC)) as newsroom:
        yield Reader(tmp_path_factory.mktemp("guide"), newsroom)


@pytest.fixture(scope="module")
def guide(reader: Reader) -> list[Ran]:
    """What came of every command of the guide."""
    return list(reader.follow((DOCS / "guide.md").read_text(encoding="utf-8")))


def test_every_command_of_the_guide_does_what_it_should(guide: list[Ran]) -> None:
    failed = [f"$ {ran.command}\n{ran.printed}(exit code {ran.code})" for ran in guide if ran.code]

    assert not failed, "\n\n".join(failed)
    assert len(guide) > 30


def test_every_output_in_the_guide_is_what_the_command_prints(guide: list[Ran]) -> None:
    wrong = [
        f"$ {ran.command}\nprinted\n{ran.printed}\nshown\n{ran.shown}"
        for ran in guide
        if not is_printed(ran.shown, ran.printed)
    ]

    assert not wrong, "\n\n".join(wrong)


def test_the_readme_shows_what_the_demo_prints(guide: list[Ran]) -> None:
    shown = re.search(r"```text\n\$ make demo\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    printed = next(ran.printed for ran in guide if ran.command == "tearsheet demo")

    assert shown is not None
    assert is_printed(shown[1], printed), printed


SHAPES = {
    "tearsheet collect": "tearsheet runs 1 --json",
    "tearsheet search": "tearsheet search 'prison*' --json",
    "tearsheet search --stories": "tearsheet search 'prison*' --stories --json",
    "tearsheet show": "tearsheet show 1 --json",
    "tearsheet show --revisions": "tearsheet show 1 --revisions --json",
    "tearsheet show --diff": "tearsheet show https://halyard-courier.example/…/who-are-the-men-on-the-planes.html --diff --json",
    "tearsheet show --receipt": "tearsheet show 1 --receipt --json",
    "tearsheet show --raw": "tearsheet show 1 --raw --json",
    "tearsheet show --copies": "tearsheet show 1 --copies --json",
    "tearsheet show --story": "tearsheet show 1 --story --json",
    "tearsheet mark": "tearsheet mark 2 relevant --json",
    "tearsheet why": "tearsheet why https://estuary-wire.example/markets/opec-signals-supply --json",
    "tearsheet sources list": "tearsheet sources list --json",
    "tearsheet sources show": "tearsheet sources show estuary-wire --json",
    "tearsheet sources add": "tearsheet sources add https://valle-quemado-noticias.example/ --name valle-quemado --dry-run --json",
    "tearsheet sources import": "echo https://archive.example/rss > list.csv; tearsheet sources import list.csv --dry-run --json",
    "tearsheet sources check": "tearsheet sources check estuary-wire --json",
    "tearsheet watch list": "tearsheet watch list --json",
    "tearsheet watch explain": "tearsheet watch explain prisons 1 --json",
    "tearsheet watch test": "tearsheet watch test prisons labelled.jsonl --json",
    "tearsheet watch backtest": "tearsheet watch backtest prisons --json",
    "tearsheet import --report": "tearsheet import old.jsonl --report lines.jsonl > run.txt; cat lines.jsonl",
    "tearsheet extract": "tearsheet extract page.html",
    "tearsheet freeze": "tearsheet freeze 'prison*' --name shape --json",
    "tearsheet frozen": "tearsheet frozen --json",
    "tearsheet frozen --drift": "tearsheet frozen 'chapter 2' --drift --json",
    "tearsheet schedule": "tearsheet schedule --list --json",
    "tearsheet reread": "tearsheet reread --dry-run --json",
    "tearsheet prune": "tearsheet prune --dry-run --json",
    "tearsheet corpus backup": "tearsheet corpus backup copy.db --json",
    "tearsheet corpus copy": "tearsheet corpus copy sqlite:///tearsheet.db sqlite:///moved.db --json",
    "tearsheet corpus upkeep": "tearsheet corpus upkeep --json",
    "tearsheet doctor": "tearsheet doctor --json || true",
    "tearsheet forget": 'echo \'{"url": "https://archive.example/gone", "text": "The old bridge is gone for good now."}\' > gone.jsonl; '
    "tearsheet import gone.jsonl > run.txt; tearsheet forget https://archive.example/gone --json",
}


def shapes() -> dict[str, str]:
    """Return the JSON shapes of the reference, by command and the option they go with."""
    found: dict[str, str] = {}
    for part in (DOCS / "reference.md").read_text(encoding="utf-8").split("\n### ")[1:]:
        for option, shape in re.findall(r"^JSON(?: (?:with|of).*?`(--\w+)`.*?)?:\s`([^`]+)`$", part, re.M):
            found[f"{part.splitlines()[0]} {option}".strip()] = " ".join(shape.split())
    return found


def test_every_json_shape_of_the_reference_is_looked_at() -> None:
    assert set(shapes()) == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_json_has_the_shape_that_the_reference_gives(name: str, guide: list[Ran], reader: Reader) -> None:
    label = json.dumps({"id": 1, "text": "They went to prison.", "label": "not"})
    (reader.folder / "labelled.jsonl").write_text(label + "\n", encoding="utf-8")

    ran = reader.run(SHAPES[name])

    assert ran.code == 0, ran.printed
    assert fits(shape_from(shapes()[name]), json.loads(ran.printed)), ran.printed


def shape_from(text: str) -> Any:
    """Read a shape such as ``{...article, fates {fate: count}, runs [{id}]}``; None stands for any value."""
    text = text.replace("...article", ", ".join(article_keys()))
    text = re.sub(r" \{\w+: \w+\}", "", text)
    text = re.sub(r"(\w+)(?=[,}])", r'"\1": null', text)
    return json.loads(re.sub(r"(\w+) ([\[{])", r'"\1": \2', text))


def article_keys() -> list[str]:
    section = (DOCS / "reference.md").read_text(encoding="utf-8").partition("## Article record")[2]
    return re.findall(r"^\| `(\w+)` \|", section.partition("\n## ")[0], re.M)


def fits(shape: Any, value: Any) -> bool:
    """Tell whether every object has the keys of the shape and no others."""
    match shape, value:
        case None, _:
            return True
        case [inner], list():
            return all(fits(inner, each) for each in value)
        case dict(), dict():
            return shape.keys() == value.keys() and all(fits(shape[key], value[key]) for key in shape)
    return False


def test_a_shape_is_held_against_every_object() -> None:
    shape = shape_from("[{id, fates {fate: count}, channels [{url}]}]")

    assert shape == [{"id": None, "fates": None, "channels": [{"url": None}]}]
    assert fits(shape, [{"id": 1, "fates": {"new": 2}, "channels": [{"url": "a"}]}])
    assert not fits(shape, [{"id": 1, "fates": {}, "channels": [{"url": "a"}, {"uri": "b"}]}])
    assert not fits(shape, {"id": 1, "fates": {}})


def test_a_line_that_is_not_printed_is_noticed() -> None:
    printed = "Run 1 (done)\n  15  new  articles stored\n   4  copy  linked\n"

    assert is_printed("Run 1 (done)\n…\n 4 copy …", printed)
    assert not is_printed("Run 1 (done)\n   4  copy  linked", printed)
    assert not is_printed("  16  new  articles stored", printed)
    assert not is_printed("Run 2 (…", printed)


def test_keys_go_into_their_tables() -> None:
    text = '[corpus]\n\n[collect]\n# keep = "all"\ncontact = ""\n\n# more\n'
    block = '[collect]\ncontact = "us"\n\n[sources.gazette]\nenabled = false\n'

    assert with_keys("\n" + text, block) == (
        '\n[corpus]\n\n[collect]\ncontact = "us"\n# keep = "all"\n\n# more\n\n[sources.gazette]\nenabled = false\n'
    )
