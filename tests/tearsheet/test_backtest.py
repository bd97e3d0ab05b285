"""What a watch would find in the stored pages: against what is stored, and without writing."""

from storage.lock import held
from tests.tearsheet.boats import BOATS, configure, write
from tests.tearsheet.commands import Desk, complaint
from tests.tearsheet.harbor import Harbor


def backtested(desk: Desk, name: str, *options: str) -> dict[str, object]:
    done = desk.run("watch", "backtest", name, "--json", *options)
    assert (done.code, done.err) == (0, "")
    return dict(done.json)


def test_an_edited_watch_is_held_against_what_it_wanted_and_nothing_is_written(
    paper_desk: Desk, press: Harbor
) -> None:
    configure(paper_desk, press, "[watches.boats]\nquery = 'race OR nets'\n")
    before = paper_desk.rows("SELECT * FROM judgement"), paper_desk.rows("SELECT hidden FROM article")

    with held(str(paper_desk.folder / "tearsheet.db.lock"), otherwise=""):
        found = backtested(paper_desk, "boats")

    rows = found["articles"]
    assert isinstance(rows, list)
    assert {row["title"]: (row["difference"], row["score"]) for row in rows} == {
        "Story 0": ("dropped", 0), "Story 1": ("dropped", 0), "Story 3": ("added", 1),
    }  # fmt: skip
    assert [row["reasons"] for row in rows if row["difference"] == "added"] == [['query: "nets"']]
    assert (found["wanted"], found["added"], found["dropped"]) == (2, 1, 2)
    assert found["read"] == {"articles": 3, "other_pages": 1}
    assert before == (
        paper_desk.rows("SELECT * FROM judgement"), paper_desk.rows("SELECT hidden FROM article")
    )  # fmt: skip


def test_the_rules_that_stored_it_add_and_drop_nothing(paper_desk: Desk) -> None:
    found = backtested(paper_desk, "boats")

    assert (found["articles"], found["wanted"], found["compared_with"]) == ([], 3, "boats")
    assert (found["days"], found["hits_per_week"]) == (1, 21)


def test_a_watch_that_judged_nothing_yet_is_held_against_what_any_watch_wants(
    paper_desk: Desk, press: Harbor
) -> None:
    configure(paper_desk, press, BOATS + "[watches.races]\nquery = 'race'\nenabled = false\n")

    found = backtested(paper_desk, "races")

    assert (found["compared_with"], found["wanted"], found["dropped"]) == ("any watch", 1, 2)


def test_copies_are_one_hit(paper_desk: Desk) -> None:
    same = paper_desk.rows("SELECT body, sha256 FROM page WHERE url LIKE '%/a0'", file="tearsheet.pages.db")[
        0
    ]
    write(
        paper_desk,
        "UPDATE page SET body = ?, sha256 = ? WHERE url LIKE '%/a1'",
        *same,
        file="tearsheet.pages.db",
    )

    found = backtested(paper_desk, "boats")

    assert (found["wanted"], found["hits_per_week"]) == (3, 14)


def test_since_leaves_out_what_was_published_before(paper_desk: Desk) -> None:
    assert backtested(paper_desk, "boats", "--since", "1h")["wanted"] == 3
    later = backtested(paper_desk, "boats", "--since", "2999-01-01")

    assert (later["wanted"], later["articles"], later["hits_per_week"]) == (0, [], None)


def test_people_get_a_line_for_each_difference_and_the_sums(paper_desk: Desk, press: Harbor) -> None:
    configure(paper_desk, press, "[watches.boats]\nquery = 'nets'\n")

    done = paper_desk.run("watch", "backtest", "boats")

    assert 'added      -  Story 3\n              1.00: query: "nets"\n' in done.out
    assert "dropped    1  Story 0\n              0.00: nothing found\n" in done.out
    assert "boats wants 1 of 3 articles and 1 page that is no article: 1 added, 3 dropped." in done.out
    assert "by 1 day of which all pages are there, too few to rely on" in done.out
    assert "tearsheet reread" in done.err


def test_a_watch_or_a_corpus_that_is_not_there_is_named(desk: Desk, paper_desk: Desk) -> None:
    misspelt = paper_desk.run("watch", "backtest", "boat")
    nothing = desk.run("watch", "backtest", "cartel-extraditions")

    assert (misspelt.code, nothing.code) == (2, 5)
    assert "did you mean 'boats'?" in complaint(misspelt)
    assert "no corpus here" in complaint(nothing)
