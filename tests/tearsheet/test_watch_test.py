"""`watch test` on files as people write them: figures by language and kind, one clear line for a wrong one."""

import json

import pytest

from tests.tearsheet.commands import Desk, complaint
from tests.tearsheet.test_terminal import on_terminal
from tests.tearsheet.test_watch_explain import ESCAPE

GOOD = {"id": 1, "text": "They went to prison.", "label": "relevant", "lang": "en", "kind": "plain"}
CONFIG = "[watches.prisons]\nquery = 'prison*'\n"


def command(desk: Desk, *lines: object, as_json: bool = False) -> tuple[str, ...]:
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (desk.folder / "labelled.jsonl").write_text("\n".join(written), encoding="utf-8")
    desk.configure(CONFIG)
    return "watch", "test", "prisons", "labelled.jsonl", *(["--json"] if as_json else [])


def test_figures_come_by_language_and_by_kind(desk: Desk) -> None:
    others = [
        GOOD | {"id": 2, "text": "Nothing of it.", "kind": "hard"},
        GOOD | {"id": 3, "label": "not", "lang": "es", "text": "Lluvia."},
    ]

    found = desk.ask(*command(desk, GOOD, *others, as_json=True)).json

    assert found["by_language"]["en"] == {
        "count": 2, "relevant": 2, "right": 1, "precision": 1, "recall": 0.5, "f1": pytest.approx(2 / 3),
        "average_precision": 1,
    }  # fmt: skip
    assert found["by_language"]["es"]["right"] == 1
    assert found["by_kind"]["hard"]["recall"] == 0
    assert found["wrong"] == [{"id": "2", "score": 0, "reasons": []}]


def test_kinds_in_which_nothing_is_wanted_show_how_many_are_right_and_no_zeros(desk: Desk) -> None:
    out = desk.ask(*command(desk, GOOD, GOOD | {"label": "not", "kind": "other", "text": "Rain."})).out

    (row,) = [line.split() for line in out.splitlines() if line.startswith("other")]
    assert row == ["other", "1", "1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: not JSON"),
        ("[1]", "line 2: expected an object with id, text and label, found [1]"),
        ({"id": 1, "label": "not"}, "line 2: there is no text; expected an object with id, text, label"),
        (GOOD | {"label": "maybe"}, "line 2: label 'maybe'; expected \"relevant\" or \"not\""),
        (GOOD | {"label": ["not"]}, "line 2: label ['not']; expected"),
        (GOOD | {"text": 3}, "line 2: text must be a text, not 3"),
        (GOOD | {"text": None}, "line 2: text must be a text, not null"),
        (GOOD | {"title": {"a": 1}}, "line 2: title must be a text, not {'a': 1}"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_by_its_number(desk: Desk, line: object, said: str) -> None:
    done = desk.ask(*command(desk, GOOD, line))

    assert done.code == 2
    assert said in complaint(done)


def test_an_empty_file_is_a_mistake_and_no_table_of_zeros(desk: Desk) -> None:
    done = desk.ask(*command(desk))

    assert done.code == 2
    assert "labelled.jsonl is empty" in complaint(done)


def test_a_narrow_terminal_gets_lines_that_fit(desk: Desk) -> None:
    said = on_terminal(desk, *command(desk, GOOD, GOOD | {"text": "Rain."}), COLUMNS="40")

    assert max(len(line) for line in ESCAPE.sub("", said).splitlines()) <= 40
