"""What `watch explain` shows of an article: its sentences with the words marked, and what it lacks."""

import re

from tests.tearsheet.commands import Desk
from tests.tearsheet.test_terminal import on_terminal

WATCH = "cartel-extraditions"
HIT = (
    "Sinaloa cartel boss flown to Texas\n"
    "The Sinaloa cartel boss was handed over to the United States. The weather was [fine]."
)
MISS = "Poster handed over\nA poster was handed over to the United States on Monday."
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def written(desk: Desk, text: str) -> Desk:
    (desk.folder / "text.txt").write_text(text, encoding="utf-8")
    return desk


def test_in_a_pipe_the_words_stand_in_brackets(desk: Desk) -> None:
    out = written(desk, HIT).ask("watch", "explain", WATCH, "text.txt").out

    assert "headline: [Sinaloa cartel] [boss] [flown] to [Texas]\n" in out
    assert "lacking" not in out
    assert "\x1b" not in out


def test_on_a_terminal_the_words_are_in_the_colour_of_what_they_say(desk: Desk) -> None:
    said = on_terminal(written(desk, HIT), "watch", "explain", WATCH, "text.txt")

    assert "\x1b[1;33mflown\x1b[0m" in said
    assert "\x1b[36mTexas\x1b[0m" in said
    assert "[flown]" not in said


def test_a_near_miss_says_what_it_lacks_and_how_much_would_do(desk: Desk) -> None:
    near, as_json = written(desk, MISS).run_all(
        [("watch", "explain", WATCH, "text.txt"), ("watch", "explain", WATCH, "text.txt", "--json")]
    )

    assert "not relevant" in near.out
    assert (
        '  lacking: "handed over" (sentence 1) does not count: its sentence needs somebody in custody'
        in near.out
    )
    assert as_json.json["lacks"]
    miss = written(desk, "Sinaloa cartel boss arrested\nThe kingpin was arrested on Monday.")
    assert "transfer: 0.00 (0." in miss.ask("watch", "explain", WATCH, "text.txt").out


def test_a_narrow_terminal_gets_lines_that_fit(desk: Desk) -> None:
    said = on_terminal(written(desk, HIT), "watch", "explain", WATCH, "text.txt", COLUMNS="40")

    assert max(len(line) for line in ESCAPE.sub("", said).splitlines()) <= 40


def test_a_hostile_text_does_nothing_to_a_terminal_and_keeps_its_marks(desk: Desk) -> None:
    hostile = "\x1b[2J\x1b]0;owned\x07[red]Cartel[/red] boss \u202eflown\x1b[1A to Texas\nHe \x1b[8mwas flown to Texas."

    said = on_terminal(written(desk, hostile), "watch", "explain", WATCH, "text.txt")
    piped = desk.ask("watch", "explain", WATCH, "text.txt").out

    for forbidden in ("\x1b[2J", "\x1b]0", "\x07", "\u202e", "\x1b[1A", "\x1b[8m"):
        assert forbidden not in said
        assert forbidden not in piped
    assert "\x1b[1;33mflown\x1b[0m" in said
    assert "[red]" in ESCAPE.sub("", said)
    assert "[flown]" in piped


def test_a_switched_off_watch_and_one_of_a_file_explain_as_well(desk: Desk) -> None:
    desk.configure('[watches.w]\nfile = "w.toml"\nenabled = false\n')
    (desk.folder / "w.toml").write_text("query = 'poster snow'", encoding="utf-8")

    said = written(desk, MISS).ask("watch", "explain", "w", "text.txt").out

    assert "w: not relevant, 0.00 (threshold 1.00)" in said
    assert "lacking: not found: snow" in said
    assert "[Poster] handed over" in said
