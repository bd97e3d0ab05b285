"""``tearsheet mark``: a person's decision, from the shell."""

import json

import pytest

from tests.tearsheet.commands import Desk, complaint

WATCH = "cartel-extraditions"
MOVED = {
    "url": "https://paper.example/moved",
    "title": "Mexico extradites two cartel members",
    "text": "Mexico extradited two members of the Sinaloa Cartel to the United States on Tuesday.",
    "language": "en",
}
BOATS = {
    "url": "https://paper.example/boats",
    "title": "The boats are home",
    "text": "The boats came home in the evening, full of fish, said the people on the pier.",
    "language": "en",
}


@pytest.fixture
def stored(desk: Desk) -> Desk:
    """A desk with an article that the built-in watch wants (1) and one that it does not (2)."""
    take_in(desk)
    return desk


def take_in(desk: Desk) -> None:
    lines = "\n".join(map(json.dumps, (MOVED, BOATS)))
    (desk.folder / "in.jsonl").write_text(lines + "\n", encoding="utf-8")
    assert desk.ask("import", "in.jsonl").code == 0


def found(desk: Desk, *options: str) -> list[int]:
    answer = desk.ask("search", "after:1990", "--json", *options).json
    return sorted(article["id"] for article in answer["articles"])


def test_an_article_that_is_not_relevant_is_marked_by_its_address_and_hidden(stored: Desk) -> None:
    done = stored.ask("mark", "https://www.paper.example/moved?utm_source=x", "not", "--note", "a film")

    assert done.code == 0
    assert done.out == f"Article 1 is marked as not relevant for {WATCH}.\n"
    assert "--include-off-topic" in done.err
    assert found(stored) == [2]
    assert found(stored, "--include-off-topic") == [1, 2]
    assert found(stored, "--include-off-topic", "--watch", WATCH) == []
    assert f"{WATCH}: marked as not relevant on" in stored.ask("show", "1").out
    assert ": a film\n" in stored.ask("show", "1").out


def test_an_article_that_the_rules_missed_is_marked_as_relevant_and_found_by_the_watch(stored: Desk) -> None:
    done = stored.ask("mark", "2", "relevant", "--json").json

    assert done.keys() == {"id", "url", "watches", "marks", "shown"}
    assert (done["id"], done["url"], done["shown"]) == (2, BOATS["url"], True)
    (mark,) = done["marks"]
    assert mark.keys() == {"watch", "verdict", "marked_at", "note"}
    assert (mark["watch"], mark["verdict"], mark["note"]) == (WATCH, "relevant", "")
    assert [watch["name"] for watch in done["watches"]] == [WATCH]
    assert found(stored, "--watch", WATCH) == [1, 2]


def test_a_text_that_comes_again_changed_stays_as_it_was_marked(stored: Desk) -> None:
    stored.ask("mark", "2", "relevant")
    stored.ask("mark", "1", "not")
    for record in (MOVED, BOATS):
        (stored.folder / "in.jsonl").write_text(
            json.dumps(record | {"text": f"{record['text']} It was late."}) + "\n", encoding="utf-8"
        )
        assert stored.ask("import", "in.jsonl").code == 0

    assert stored.ask("show", "1", "--json").json["revision"] == 2
    assert found(stored) == found(stored, "--watch", WATCH) == [2]


FISHERMAN = {
    "url": "https://paper.example/fisherman",
    "title": "Peru sends a fisherman to Spain",
    "text": "Peru extradited a fisherman to Spain on Tuesday. He is wanted for a debt.",
    "language": "en",
}


def test_an_article_that_the_rules_missed_says_what_others_say_once_it_is_marked(desk: Desk) -> None:
    def told() -> tuple[object, ...]:
        said = desk.ask("show", "1", "--json").json["facts"]
        return tuple(
            said[name] and said[name]["value"] for name in ("mechanism", "stage", "from", "to", "count")
        )

    def take_in(record: dict[str, str]) -> None:
        (desk.folder / "in.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
        assert desk.ask("import", "in.jsonl").code == 0

    take_in(FISHERMAN)
    assert told() == (None,) * 5
    desk.ask("mark", "1", "relevant")
    assert told() == ("extradition", "carried_out", "PE", "ES", 1)
    take_in(FISHERMAN | {"text": f"{FISHERMAN['text']} It was a long flight, he said."})
    assert desk.ask("show", "1", "--json").json["revision"] == 2
    assert told() == ("extradition", "carried_out", "PE", "ES", 1)
    assert desk.ask("reread").code == 0
    assert told() == ("extradition", "carried_out", "PE", "ES", 1)
    desk.ask("mark", "1", "--undo")
    assert told() == (None,) * 5


def test_a_mark_is_taken_back(stored: Desk) -> None:
    stored.ask("mark", "1", "not")

    done = stored.ask("mark", "1", "--undo")

    assert done.out == f"Article 1 is no longer marked for {WATCH}; the rules decide again.\n"
    assert found(stored, "--watch", WATCH) == [1]
    assert complaint(stored.ask("mark", "1", "--undo")) == (
        "article 1 is not marked; there is nothing to take back"
    )


def test_with_several_watches_the_mark_is_for_those_that_want_it(stored: Desk) -> None:
    stored.configure('[watches.fish]\nquery = "fish"\n[watches.crime]\nquery = "cartel"\n')
    take_in(stored)

    assert stored.ask("mark", "1", "not").out.endswith(f"for {WATCH}.\n")
    assert complaint(stored.ask("mark", "2", "relevant")) == (
        f"article 2: no watch wants it; say for which with --watch ({WATCH}, fish, crime)"
    )
    assert stored.ask("mark", "2", "relevant", "--watch", "FISH").out.endswith("for fish.\n")
    assert complaint(stored.ask("mark", "2", "--undo", "--watch", "crime")) == (
        "article 2 is not marked for crime; it is for fish"
    )
    assert stored.ask("mark", "2", "--undo", "--watch", "Fish").code == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("99", "relevant"), "no article 99 in"),
        (("https://paper.example/none", "not"), "no article https://paper.example/none in"),
        (("1", "not", "--watch", "cartel-extradition"), f"did you mean '{WATCH}'?"),
        (("1", "not", "--watch", "rain"), f"no watch named 'rain'; there are: {WATCH}"),
        (("1", "perhaps"), "'perhaps' is not one of 'relevant', 'not'"),
        (("1",), "Say either relevant, or not, or --undo"),
        (("1", "not", "--undo"), "Say either relevant, or not, or --undo"),
        (("1", "--undo", "--note", "x"), "--note goes with a mark"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_marked(
    stored: Desk, arguments: tuple[str, ...], expected: str
) -> None:
    done = stored.ask("mark", *arguments)

    assert done.code == 2
    assert expected in complaint(done)
    assert stored.rows("SELECT * FROM article_mark") == []


def labels(desk: Desk) -> list[dict[str, str]]:
    return desk.ask("watch", "export-labels", WATCH).json_lines


def test_what_was_marked_is_a_file_that_measures_the_watch(stored: Desk) -> None:
    stored.ask("mark", "1", "relevant")
    stored.ask("mark", "2", "relevant")

    done = stored.ask("watch", "export-labels", WATCH, "--output", "marked.jsonl")

    assert (done.out, done.err) == ("", "2 marked articles in marked.jsonl.\n")
    lines = (stored.folder / "marked.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == labels(stored)
    assert labels(stored)[0] == {
        "id": MOVED["url"],
        "lang": "en",
        "title": MOVED["title"],
        "text": MOVED["text"],
        "label": "relevant",
        "kind": "marked",
    }
    measured = stored.ask("watch", "test", WATCH, "marked.jsonl", "--json").json
    assert (measured["precision"], measured["recall"]) == (1.0, 0.5)
    assert [wrong["id"] for wrong in measured["wrong"]] == [BOATS["url"]]


def test_a_label_is_of_the_text_that_was_seen_whatever_it_became(stored: Desk) -> None:
    stored.ask("mark", "2", "not")
    (stored.folder / "in.jsonl").write_text(
        json.dumps(BOATS | {"title": "Boats of a cartel", "text": MOVED["text"] + " By boat."}) + "\n",
        encoding="utf-8",
    )
    assert stored.ask("import", "in.jsonl").code == 0

    assert stored.ask("show", "2", "--json").json["revision"] == 2
    assert [(label["title"], label["label"]) for label in labels(stored)] == [(BOATS["title"], "not")]


def test_a_watch_without_marks_gives_no_labels_and_says_how_to_get_some(stored: Desk) -> None:
    done = stored.ask("watch", "export-labels", WATCH)

    assert (done.code, done.out) == (0, "")
    assert done.err == (f"Nothing is marked for {WATCH}; `tearsheet mark ID relevant` or `not` does it.\n")
    assert "did you mean" in complaint(stored.ask("watch", "export-labels", "cartel-extradition"))


def test_two_articles_are_the_same_or_different_as_a_person_says_until_that_is_taken_back(
    stored: Desk,
) -> None:
    same = stored.ask("mark", "2", "same", MOVED["url"], "--note", "one text")

    assert (same.code, same.out) == (0, "Article 2 is marked as the same as 1.\n")
    assert same.err == "2 articles carry this text; 1 stands for them.\n"
    assert found(stored) == [1]
    assert ": one text\n" in stored.ask("show", "1", "--copies").out
    assert "A person decided: marked as the same as 2 on" in stored.ask("why", MOVED["url"]).out

    different = stored.ask("mark", "1", "different", "2", "--json").json
    assert (different["duplicate_cluster"], different["other"]["duplicate_cluster"]) == (1, 2)
    (pair,) = different["pairs"]
    assert pair.keys() == {"article", "verdict", "marked_at", "note"}
    assert (pair["article"], pair["verdict"]) == (2, "different")
    assert stored.ask("why", BOATS["url"], "--json").json["pairs"] == [pair | {"article": 1}]
    assert stored.ask("show", "1", "--copies", "--json").json["pairs"] == [pair]

    undone = stored.ask("mark", "2", "different", "1", "--undo")
    assert undone.out == "Article 2 is no longer marked as different from 1; the rules decide again.\n"
    assert stored.ask("show", "1", "--copies", "--json").json["pairs"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("1", "same"), "Say which article it is the same as"),
        (("1", "same", MOVED["url"]), "are one article, 1; name two"),
        (("1", "different", "9"), "no article 9 in"),
        (
            ("1", "different", "2", "--undo"),
            "is not marked as different from 2; there is nothing to take back",
        ),
        (("1", "same", "2", "--watch", WATCH), "--watch goes with relevant and not"),
        (("1", "not", "2"), "not is said of one article; leave 2 out"),
    ],
)
def test_what_cannot_be_meant_of_a_pair_is_refused(stored: Desk, words: tuple[str, ...], says: str) -> None:
    done = stored.ask("mark", *words)

    assert done.code == 2
    assert says in complaint(done)
