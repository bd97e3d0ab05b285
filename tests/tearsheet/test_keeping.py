"""The commands that look after the corpus, where there is none."""

import pytest

from tests.tearsheet.commands import Desk, complaint


@pytest.mark.parametrize(
    "command",
    [
        ("forget", "1", "--yes"),
        ("prune",),
        ("prune", "--dry-run"),
        ("corpus", "backup", "copy.db"),
        ("corpus", "upkeep"),
    ],
)
def test_where_there_is_no_corpus_they_say_so_and_make_none(desk: Desk, command: tuple[str, ...]) -> None:
    done = desk.ask(*command)

    assert done.code == 5
    assert "no corpus here" in complaint(done)
    assert list(desk.folder.iterdir()) == []
