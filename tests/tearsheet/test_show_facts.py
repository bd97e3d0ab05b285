"""``show`` tells what an article says of a move, each fact with its sentence."""

import json

import pytest

from tests.tearsheet.commands import Desk

LEAD = (
    "Mexico extradited two members of the Sinaloa Cartel to the United States on Tuesday, prosecutors said."
)
RECORD = {
    "url": "https://paper.example/1",
    "title": "Mexico extradites two cartel members",
    "text": f"{LEAD}\n\nThey were flown out in the evening.",
    "language": "en",
}
OTHER = {
    "url": "https://paper.example/2",
    "title": "The boats are home",
    "text": "The boats came home in the evening, full of fish, said the people on the pier.",
    "language": "en",
}


@pytest.fixture
def stored(desk: Desk) -> Desk:
    """A desk with an article that the built-in watch wants, and one that it does not."""
    lines = "\n".join(map(json.dumps, (RECORD, OTHER)))
    (desk.folder / "in.jsonl").write_text(lines + "\n", encoding="utf-8")
    assert desk.ask("import", "in.jsonl").code == 0
    return desk


def test_a_person_reads_each_fact_before_its_sentence(stored: Desk) -> None:
    shown = " ".join(stored.ask("show", "1").out.split())

    assert "mechanism extradition" in shown
    assert f": {LEAD}" in shown.partition("cartel-extraditions")[2]


def test_a_script_gets_them_as_fields(stored: Desk) -> None:
    facts = stored.ask("show", "1", "--json").json["facts"]

    assert facts["mechanism"]["value"] == "extradition"
    assert [facts[name]["value"] for name in ("from", "to", "count")] == ["MX", "US", 2]
    assert facts["count"]["sentence"] in {LEAD, RECORD["title"]}
    assert facts["count"]["words"] in facts["count"]["sentence"]


def test_an_article_that_no_watch_wants_says_nothing_of_a_move(stored: Desk) -> None:
    assert not any(stored.ask("show", "2", "--json").json["facts"].values())
    assert "mechanism" not in stored.ask("show", "2").out


def test_the_version_of_the_watch_is_kept_with_its_judgement(stored: Desk) -> None:
    versions = stored.rows("SELECT article_id, version FROM judgement ORDER BY article_id")

    assert [number for number, _ in versions] == [1, 2]
    assert len({version for _, version in versions}) == 1
    assert all(version for _, version in versions)
