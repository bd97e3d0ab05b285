"""``tearsheet freeze``, ``frozen`` and ``export --frozen``, from the shell."""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import bibtexparser
import polars
import pytest

from tests.tearsheet.commands import ENVIRONMENT, Desk, complaint, ended

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stored(desk: Desk) -> Desk:
    """A desk with four articles: 1 and 2 on boats, 3 on a storm, 4 a copy of 1."""
    take_in(
        desk,
        {"url": "https://paper.example/1", "title": "The boats are home", "text": "The boats came home at dusk, full of fish, said Ana."},
        {"url": "https://paper.example/2", "title": "No boats today", "text": "The boats stayed in the harbour, for the wind was too strong."},
        {"url": "https://paper.example/3", "title": "Storm", "text": "A storm from the north took the roof of the old market hall."},
        {"url": "https://other.example/4", "title": "The boats are home", "text": "The boats came home at dusk, full of fish, said Ana."},
    )  # fmt: skip
    return desk


def take_in(desk: Desk, *records: dict[str, str], seen: str = "2025-08-12T12:00:00Z") -> None:
    lines = [json.dumps({"fetched_at": seen} | record) + "\n" for record in records]
    (desk.folder / "in.jsonl").write_text("".join(lines), encoding="utf-8")
    done = desk.ask("import", "in.jsonl")
    assert done.code == 0, done.err


def test_a_frozen_set_is_exported_as_on_the_day_in_every_format(stored: Desk) -> None:
    stored.ask("freeze", "boats", "--name", "x")
    forms = ("jsonl", "csv", "bibtex", "ris")
    before = [stored.ask("export", "boats", "--format", form).out for form in forms]

    take_in(
        stored,
        {"url": "https://paper.example/1", "title": "Boats late", "text": "They came home at midnight after all, said Ana."},
        {"url": "https://paper.example/5", "title": "More boats", "text": "Seven boats more were seen off the cape in the morning."},
        seen="2025-08-13T12:00:00Z",
    )  # fmt: skip

    assert [stored.ask("export", "--frozen", "x", "--format", form).out for form in forms] == before
    assert stored.ask("export", "boats").out != before[0]


def test_drift_is_told_in_lines_and_as_json(stored: Desk) -> None:
    stored.ask("freeze", "boats", "--name", "x")
    take_in(
        stored,
        {"url": "https://paper.example/2", "title": "No boats today", "text": "The boats stayed in the harbour, for the wind was far too strong on Tuesday."},
        {"url": "https://paper.example/5", "title": "More boats", "text": "Seven boats more were seen off the cape in the morning."},
        seen="2025-08-13T12:00:00Z",
    )  # fmt: skip
    stored.ask("forget", "1", "--yes")
    assert stored.ask("export", "--frozen", "x").err == "1 article of the set is forgotten.\n"

    told, answer = stored.ask("frozen", "x", "--drift"), stored.ask("frozen", "x", "--drift", "--json").json

    assert told.code == 0
    assert [line for line in told.out.splitlines() if line[:1] != " "] == [
        "forgotten      1",
        "changed        2  No boats today",
        "added          4  The boats are home",
        "added          5  More boats",
        "Of 2 articles frozen on "
        + answer["set"]["frozen_at"][:10]
        + ", 0 would be the same today; 1 changed, 1 forgotten, 2 added.",
    ]
    assert "revision 1 then, 2 now; changed: text" in told.out
    assert "was stored, and not found then" in told.out
    assert answer["counts"] == {"same": 0, "changed": 1, "gone": 0, "forgotten": 1, "added": 2}
    assert [(one["id"], one["change"]) for one in answer["differences"]] == [
        (1, "forgotten"),
        (2, "changed"),
        (4, "added"),
        (5, "added"),
    ]
    assert answer["set"]["forgotten"] == 1
    assert "articles     2, 1 forgotten since" in stored.ask("frozen", "x").out


def test_the_recipe_of_the_reference_gives_the_fingerprint(stored: Desk) -> None:
    made = stored.ask("freeze", "boats", "--include-copies", "--name", "x", "--json").json
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    recipe = next(code for code in re.findall(r"```python\n(.*?)```", reference, re.S) if "hashlib" in code)

    done = subprocess.run(
        [sys.executable, "-c", recipe],
        input=stored.ask("export", "--frozen", "x").out,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == made["fingerprint"]
    assert (made["articles"], made["filters"]) == (3, {"include_copies": True})


def test_sets_are_listed_and_removed(stored: Desk) -> None:
    assert stored.ask("frozen").err == "Nothing was frozen yet: tearsheet freeze QUERY --name NAME\n"
    stored.ask("freeze", "boats", "--name", "my thesis", "--since", "2020")
    stored.ask("freeze", "--name", "all")

    assert [line.split()[:3] for line in stored.ask("frozen").out.splitlines()[1:]] == [
        ["my", "thesis", "2"],
        ["all", "3", stored.ask("frozen", "all", "--json").json["frozen_at"][:10]],
    ]
    assert [one["name"] for one in stored.ask("frozen", "--json").json] == ["my thesis", "all"]
    removed = stored.ask("frozen", "my thesis", "--remove")
    assert removed.out == "The set my thesis of 2 articles is removed.\n"
    assert [one["name"] for one in stored.ask("frozen", "--json").json] == ["all"]
    assert stored.ask("search", "--count", "boats").out == "2\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("freeze", "boats"), "Missing option '--name'"),
        (("freeze", "boats", "--name", ""), "'' cannot be the name of a set"),
        (("freeze", "boats", "--name", "x"), "there is a frozen set 'x' already"),
        (("freeze", "boats AND", "--name", "y"), "AND needs something after it"),
        (("freeze", "boats", "--name", "y", "--source", "papper.example"), "did you mean 'paper.example'?"),
        (("frozen", "--drift"), "Name the set; `tearsheet frozen` lists them"),
        (("frozen", "x", "--drift", "--remove"), "--drift and --remove exclude each other"),
        (("frozen", "xx"), "no frozen set named 'xx'"),
        (("export", "--frozen", "nothing"), "no frozen set named 'nothing'"),
        (("export", "boats", "--frozen", "x"), "leave out the query and its filters"),
        (("export", "--frozen", "x", "--lang", "en"), "leave out the query and its filters"),
    ],
)
def test_a_mistake_is_answered_with_what_to_do(stored: Desk, arguments: tuple[str, ...], said: str) -> None:
    stored.ask("freeze", "boats", "--name", "x")

    done = stored.ask(*arguments)

    assert done.code == 2
    assert said in complaint(done)


def test_a_set_that_is_not_there_begins_no_file(stored: Desk) -> None:
    stored.ask("export", "--frozen", "x", "--output", "out.jsonl")

    assert not (stored.folder / "out.jsonl").exists()


def test_the_ending_of_a_file_says_its_format(stored: Desk) -> None:
    for name in ("a.parquet", "a.bib", "a.RIS", "a.csv", "a.txt"):
        assert stored.ask("export", "boats", "--output", name).err == f"2 articles in {name}.\n"

    read = {path.name: path.read_bytes() for path in stored.folder.glob("a.*")}
    assert polars.read_parquet(stored.folder / "a.parquet")["title"].to_list()[0] == "The boats are home"
    assert len(bibtexparser.parse_string(read["a.bib"].decode()).entries) == 2
    assert read["a.RIS"].startswith(b"TY  - NEWS\r\n")
    assert read["a.csv"].startswith(b"id,external_id,")
    assert json.loads(read["a.txt"].splitlines()[1])["id"] == 2


def test_parquet_without_its_library_is_one_line(stored: Desk) -> None:
    (stored.folder / "pyarrow.py").write_text("raise ImportError('not here')")
    path = os.pathsep.join((str(stored.folder), os.environ.get("PYTHONPATH", "")))

    done = stored.run("export", "--output", "out.parquet", PYTHONPATH=path)

    assert done.code == 2
    assert complaint(done) == "Parquet and tables need pyarrow: pip install 'tearsheet[parquet]'"
    assert not list(stored.folder.glob("*out.parquet*"))


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "bibtex", "ris"])
def test_a_reader_that_has_seen_enough_ends_an_export_quietly(stored: Desk, form: str) -> None:
    process = stored.start("export", "--format", form)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None

    done = ended(process)

    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_disk_that_fills_up_is_said_and_the_old_file_stays(stored: Desk, form: str) -> None:
    text = f"Said Ana: {os.urandom(100_000).hex()}"
    take_in(stored, {"url": "https://paper.example/9", "title": "Long", "text": text})
    out = stored.folder / "out"
    out.write_text("before")

    done = subprocess.run(
        [sys.executable, "-m", "tearsheet", "export", "--format", form, "--output", "out"],
        cwd=stored.folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        # A reader of the corpus writes 32 KiB of its own beside it.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )

    assert done.returncode == 2, done.stderr
    assert done.stderr == "tearsheet: out: cannot be written: File too large\n"
    assert out.read_text() == "before"
    assert list(stored.folder.glob(".*part")) == []
