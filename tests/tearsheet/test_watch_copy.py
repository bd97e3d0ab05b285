"""A watch is a file that its user can edit: copied, used from tearsheet.toml, switched off."""

import json
import tomllib
from pathlib import Path

import pytest

from pipeline.errors import WatchError
from pipeline.judging.loading import builtin_text, builtin_watches
from tearsheet.config import load_config
from tests.tearsheet.commands import Desk, complaint
from tests.tearsheet.test_terminal import on_terminal

WATCH = "cartel-extraditions"
CONFIG = "# ours\n[collect]\nuse_builtin_sources = false   # none of them\n"


def test_in_a_pipe_the_file_is_printed_as_it_is_written_and_nothing_is_made(desk: Desk) -> None:
    done = desk.ask("watch", "copy", WATCH)

    assert done.out == builtin_text(WATCH)
    assert list(desk.folder.iterdir()) == []


def test_a_copy_is_the_file_with_its_comments_and_the_configuration_uses_it(desk: Desk) -> None:
    desk.configure(CONFIG)

    done = desk.ask("watch", "copy", WATCH, "--as", "capos")

    assert done.code == 0
    assert (desk.folder / "watches" / "capos.toml").read_text(encoding="utf-8") == builtin_text(WATCH)
    written = (desk.folder / "tearsheet.toml").read_text(encoding="utf-8")
    assert written == CONFIG + '\n[watches.capos]\nfile = "watches/capos.toml"\n'
    watches = {watch.name: watch for watch in load_config(str(desk.folder / "tearsheet.toml")).watches}
    assert watches.keys() == {WATCH, "capos"}
    assert watches["capos"].version == watches[WATCH].version


def test_a_term_added_to_the_copy_changes_what_the_test_finds(desk: Desk) -> None:
    labelled = {
        "id": "rafted", "lang": "en", "label": "relevant",
        "title": "Mexico rafts Sinaloa cartel boss to the United States",
        "text": "The Sinaloa cartel boss was rafted to Texas on Monday, prosecutors in Mexico said.",
    }  # fmt: skip
    (desk.folder / "labelled.jsonl").write_text(json.dumps(labelled), encoding="utf-8")
    desk.ask("watch", "copy", WATCH, "--as", "rafts")
    file = desk.folder / "watches" / "rafts.toml"
    before = desk.ask("watch", "test", "rafts", "labelled.jsonl", "--json").json

    edited = file.read_text(encoding="utf-8").replace(
        '"extradit*", "surrender', '"raft*", "extradit*", "surrender'
    )
    file.write_text(edited, encoding="utf-8")
    after = desk.ask("watch", "test", "rafts", "labelled.jsonl", "--json").json

    assert (before["recall"], after["recall"]) == (0, 1)
    assert desk.ask("watch", "test", WATCH, "labelled.jsonl", "--json").json["recall"] == 0


def test_on_a_terminal_a_copy_without_a_name_takes_the_place_of_the_built_in_watch(desk: Desk) -> None:
    said = on_terminal(desk, "watch", "copy", WATCH)

    assert "watches/cartel-extraditions.toml" in said
    assert "stays on" not in said
    assert [row["name"] for row in desk.ask("watch", "list", "--json").json] == [WATCH]
    (desk.folder / "watches" / f"{WATCH}.toml").write_text('query = "capo"', encoding="utf-8")
    assert [row["kind"] for row in desk.ask("watch", "list", "--json").json] == ["query"]


def test_a_copy_of_a_copy_is_what_was_edited(desk: Desk) -> None:
    desk.ask("watch", "copy", WATCH, "--as", "one")
    (desk.folder / "watches" / "one.toml").write_text("# mine\nquery = 'capo'\n", encoding="utf-8")

    desk.ask("watch", "copy", "one", "--as", "two")

    assert (desk.folder / "watches" / "two.toml").read_text(encoding="utf-8") == "# mine\nquery = 'capo'\n"


def test_a_switched_off_watch_judges_nothing_whether_built_in_or_from_a_file(desk: Desk) -> None:
    desk.ask("watch", "copy", WATCH, "--as", "capos")
    with (desk.folder / "tearsheet.toml").open("a", encoding="utf-8") as config:
        config.write(f"enabled = false\n[watches.{WATCH}]\nenabled = false\n")

    listed = desk.ask("watch", "list", "--json").json

    assert [(row["name"], row["enabled"]) for row in listed] == [(WATCH, False), ("capos", False)]


def test_a_copy_overwrites_nothing(desk: Desk) -> None:
    desk.ask("watch", "copy", WATCH, "--as", "capos")
    (desk.folder / "watches" / "other.toml").write_text("query = 'mine'", encoding="utf-8")
    config = (desk.folder / "tearsheet.toml").read_bytes()

    refused = desk.run_all(
        [
            ("watch", "copy", WATCH, "--as", "capos"),
            ("watch", "copy", WATCH, "--as", "other"),
            ("watch", "copy", WATCH, "--as", "../other"),
            ("watch", "copy", "cartel-extradition", "--as", "more"),
        ]
    )

    assert [done.code for done in refused] == [2] * 4
    said = [complaint(done) for done in refused]
    assert "there is a [watches.capos] already" in said[0]
    assert "watches/other.toml is there already" in said[1]
    assert "lower-case letters, digits and hyphens" in said[2]
    assert f"did you mean '{WATCH}'?" in said[3]
    assert (desk.folder / "tearsheet.toml").read_bytes() == config
    assert (desk.folder / "watches" / "other.toml").read_text(encoding="utf-8") == "query = 'mine'"


def test_a_file_whose_watches_stand_in_one_line_is_left_alone_and_told_what_to_write(desk: Desk) -> None:
    desk.configure("watches = { w = { query = 'a' } }\n")

    done = desk.ask("watch", "copy", WATCH, "--as", "capos")

    assert done.code == 2
    assert 'write [watches.capos] with file = "watches/capos.toml" by hand' in complaint(done)
    assert (desk.folder / "tearsheet.toml").read_text() == "watches = { w = { query = 'a' } }\n"


@pytest.mark.parametrize(
    ("table", "file", "said"),
    [
        ('file = "w.toml"', None, "tearsheet.toml: [watches.w] file: there is no {folder}w.toml; `tearsheet watch copy`"),
        ("file = 3", None, '[watches.w] file must be the name of a file, such as "watches/mine.toml", not 3'),
        ('file = "w.toml"\nquery = "a"', "", "[watches.w] has file and query; write query into w.toml"),
        ('file = "w.toml"', "a = \nb = 1", "w.toml is not valid TOML: Invalid value (at line 1, column 5)"),
        ('file = "w.toml"', "\nthresold = 0.1", "w.toml: has an unknown key thresold; did you mean threshold?"),
        ('file = "w.toml"', "", "w.toml: needs either a query or concepts"),
        ('file = "w.toml"', "threshold = 0.3", "w.toml: company: place is missing: a number from 0 to 1"),
        ('file = "w.toml"', 'file = "x.toml"', "w.toml: has an unknown key file"),
        ('file = "w.toml"', 'query = "a OR"', "w.toml: query: OR needs something after it"),
        ('file = "w.toml"\nenabled = 1', 'query = "a"', "w.toml: enabled must be true or false, not 1"),
        ('file = "."', None, "cannot be read: Is a directory"),
    ],
)  # fmt: skip
def test_a_wrong_file_of_a_watch_is_named_with_what_to_do(
    tmp_path: Path, table: str, file: str | None, said: str
) -> None:
    config = tmp_path / "tearsheet.toml"
    config.write_text(f"[watches.w]\n{table}\n", encoding="utf-8")
    if file is not None:
        (tmp_path / "w.toml").write_text(file, encoding="utf-8")

    with pytest.raises(WatchError) as raised:
        _ = load_config(str(config)).watches

    assert said.format(folder=f"{tmp_path}/") in str(raised.value)


def test_a_file_that_is_not_utf_8_is_a_mistake_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "tearsheet.toml").write_text('[watches.w]\nfile = "w.toml"\n', encoding="utf-8")
    (tmp_path / "w.toml").write_bytes("query = 'cártel'".encode("latin-1"))

    with pytest.raises(WatchError, match=r"w\.toml is not UTF-8"):
        load_config(str(tmp_path / "tearsheet.toml"))


def test_a_relative_file_starts_at_the_configuration_and_counts_for_its_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    (tmp_path / "tearsheet.toml").write_text('[watches.w]\nfile = "w.toml"\n', encoding="utf-8")
    (tmp_path / "w.toml").write_text("query = 'one'", encoding="utf-8")
    first = load_config(str(tmp_path / "tearsheet.toml"))
    (tmp_path / "w.toml").write_text("query = 'two'", encoding="utf-8")
    second = load_config(str(tmp_path / "tearsheet.toml"))

    assert first.watch_tables == {"w": {"query": "one"}}
    assert first.fingerprint != second.fingerprint


def test_every_built_in_watch_is_a_file_that_reads_as_the_watch() -> None:
    for watch in builtin_watches():
        assert tomllib.loads(builtin_text(watch.name))
