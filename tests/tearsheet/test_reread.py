"""Reading again: today's rules are applied in place, nothing is removed, and what changed is said."""

import json
import signal

import zstandard

from storage.lock import held
from tests.tearsheet.boats import BOATS, configure, paper, write
from tests.tearsheet.commands import Desk, complaint, ended, eventually
from tests.tearsheet.harbor import Harbor


def everything(desk: Desk) -> list[object]:
    tables = ("article", "article_text", "revision", "receipt", "judgement", "run", "fate", "address")
    return [desk.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def titles(desk: Desk) -> dict[str, bool]:
    """Every article, and whether it is hidden."""
    rows = desk.rows("SELECT title, hidden FROM article JOIN article_text ON article_id = id ORDER BY title")
    return {title: bool(hidden) for title, hidden in rows}


def test_what_was_read_by_the_same_rules_is_the_same(paper_desk: Desk) -> None:
    before = everything(paper_desk)

    done = paper_desk.run("reread", "--json").json

    assert (done["articles"], done["fields"], done["same"]) == ([], {}, 3)
    assert done["read"] == {"articles": 3, "without_page": 0, "other_pages": 1}
    assert everything(paper_desk) == before


def test_a_page_that_a_new_rule_wants_becomes_an_article_of_the_day_it_was_fetched(
    paper_desk: Desk, press: Harbor
) -> None:
    configure(paper_desk, press, "[watches.boats]\nquery = 'boats OR nets'\n")
    (fetched,) = paper_desk.rows(
        "SELECT fetched_at FROM page WHERE url LIKE '%/a3'", file="tearsheet.pages.db"
    )[0]

    done = paper_desk.run("reread", "--json").json

    (new,) = done["articles"]
    assert (new["turn"], new["title"], new["gained"]) == ("new", "Story 3", ["boats"])
    found = paper_desk.ask("show", str(new["id"]), "--json").json
    assert (found["channel"], found["source"], found["fate"]) == ("feed", "harbor", "new")
    assert found["first_seen_at"][:19] == fetched[:19]
    why = paper_desk.ask("why", press.url("/a3"), "--json").json["fates"]
    assert [(row["run"], row["fate"]) for row in why] == [(done["run"], "new"), (1, "off_topic")]
    assert paper_desk.run("reread", "--json").json["same"] == 4
    assert paper_desk.ask("runs", str(done["run"]), "--json").json["fates"] == {"new": 1}


def test_what_no_watch_wants_is_hidden_and_comes_back_with_the_rule(paper_desk: Desk, press: Harbor) -> None:
    configure(paper_desk, press, "[watches.boats]\nquery = 'race'\n")

    hidden = paper_desk.run("reread", "--json").json
    listed = titles(paper_desk)
    found = paper_desk.ask("search", "boats", "--json").json["count"]
    configure(paper_desk, press, BOATS)
    shown = paper_desk.run("reread", "--json").json

    assert (hidden["hidden"], hidden["fields"]) == (2, {"watches": 2})
    assert {row["title"]: (row["turn"], row["lost"]) for row in hidden["articles"]} == {
        "Story 0": ("hidden", ["boats"]),
        "Story 1": ("hidden", ["boats"]),
    }
    assert listed == {"Story 0": True, "Story 1": True, "Story 2": False}
    assert found == 1
    assert (shown["shown"], shown["hidden"]) == (2, 0)
    assert not any(titles(paper_desk).values())


def test_a_dry_run_says_the_same_and_writes_nothing(paper_desk: Desk, press: Harbor) -> None:
    configure(paper_desk, press, "[watches.boats]\nquery = 'nets'\n")
    before = everything(paper_desk)

    with held(str(paper_desk.folder / "tearsheet.db.lock"), otherwise=""):
        foreseen = paper_desk.run("reread", "--dry-run", "--json").json
    assert everything(paper_desk) == before
    done = paper_desk.run("reread", "--json").json

    for sums in (foreseen, done):
        for row in sums["articles"]:
            row["id"] = row["id"] if row["turn"] != "new" else None
    assert (foreseen.pop("dry_run"), done.pop("dry_run")) == (True, False)
    assert (foreseen.pop("run"), done.pop("run")) == (None, 2)
    assert foreseen == done
    assert (done["new"], done["hidden"]) == (1, 3)


def test_text_title_and_receipt_are_replaced_in_place_and_the_revision_keeps_its_number(
    paper_desk: Desk,
) -> None:
    before = everything(paper_desk)
    write(
        paper_desk,
        "UPDATE article_text SET text = 'Subscribe now! boats', title = 'Old' WHERE article_id = 1",
    )
    write(paper_desk, "UPDATE article SET text_hash = 'x', authors = '[\"By Staff\"]' WHERE id = 1")
    write(
        paper_desk,
        "UPDATE article SET published_at = '2001-01-01 00:00:00.000000', published_precision = 'day' WHERE id = 1",
    )
    write(paper_desk, 'INSERT OR REPLACE INTO receipt VALUES (1, 1, \'[[0, "old", "cut"]]\')')

    done = paper_desk.run("reread", "--json").json

    (row,) = done["articles"]
    assert (row["id"], row["turn"], done["same"]) == (1, None, 2)
    assert row["changed"] == ["title", "text", "authors", "published_at"]
    assert everything(paper_desk) == before
    assert paper_desk.ask("search", "Subscribe", "--json").json["count"] == 0
    assert paper_desk.ask("search", "Six boats", "--json").json["count"] == 1
    assert paper_desk.rows("SELECT count(*) FROM revision WHERE article_id = 1") == [(1,)]


def test_what_changed_with_the_rules_alone_is_no_revision_and_what_the_paper_changed_is_one(
    paper_desk: Desk, press: Harbor
) -> None:
    write(paper_desk, "UPDATE article_text SET text = 'Subscribe now! boats' WHERE article_id = 1")
    write(paper_desk, "UPDATE article SET text_hash = 'x' WHERE id = 1")

    press.page(
        "/a0", paper("Story 0", "Six boats came in.").replace("</article>", "<p>970x125</p></article>")
    )
    assert "revision" not in paper_desk.run("collect", "--recheck", "--json").json["fates"]

    press.page("/a0", paper("Story 0", "Nothing of them any more."))
    assert paper_desk.run("collect", "--recheck", "--json").json["fates"]["revision"] == 1


def test_a_revised_article_keeps_its_history_its_first_date_and_its_place(
    paper_desk: Desk, press: Harbor
) -> None:
    press.page("/a0", paper("Story 0", "Nothing of them any more."))
    assert paper_desk.run("collect", "--recheck", "--json").json["fates"]["revision"] == 1
    write(
        paper_desk,
        "UPDATE article SET published_at = '2025-01-01 00:00:00.000000', published_precision = 'day' WHERE id = 1",
    )

    done = paper_desk.run("reread", "--json").json

    assert (done["hidden"], done["same"]) == (0, 3)
    history = paper_desk.ask("show", "1", "--revisions", "--json").json["revisions"]
    assert [("boats" in each["text"]) for each in history] == [True, False]
    assert paper_desk.ask("show", "1", "--json").json["published_at"].startswith("2025-01-01")


def test_a_copy_stays_with_the_article_that_is_wanted_whether_it_is_read_or_not(
    paper_desk: Desk, press: Harbor
) -> None:
    configure(paper_desk, press, "[watches.boats]\nquery = 'title:\"Story 0\"'\n")
    write(paper_desk, "UPDATE article SET duplicate_of = 1, duplicate_cluster = 1 WHERE id = 2")

    both = paper_desk.run("reread", "--json").json
    one = paper_desk.run("reread", "title:'Story 1'", "--json").json

    assert [row["title"] for row in both["articles"] if row["turn"] == "hidden"] == ["Story 2"]
    assert (one["read"]["articles"], one["hidden"]) == (1, 0)
    assert titles(paper_desk) == {"Story 0": False, "Story 1": False, "Story 2": True}


def test_what_was_imported_is_never_hidden_with_a_page_or_without(paper_desk: Desk, press: Harbor) -> None:
    url = "https://archive.example/"
    records = [
        {"url": f"{url}1", "html": paper("Imported page", "Of sheep.")},
        {"url": f"{url}2", "text": "Of goats and other beasts of the hills.", "title": "Imported text"},
    ]
    (paper_desk.folder / "in.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    paper_desk.run("import", "in.jsonl")

    done = paper_desk.run("reread", "--json").json

    assert (done["hidden"], done["same"], done["read"]["without_page"]) == (0, 5, 1)
    assert not titles(paper_desk)["Imported page"]
    assert not titles(paper_desk)["Imported text"]


def test_without_its_page_an_article_is_judged_again_by_its_stored_text(
    paper_desk: Desk, press: Harbor
) -> None:
    write(paper_desk, "DELETE FROM page", file="tearsheet.pages.db")
    write(paper_desk, "UPDATE article_text SET standfirst = 'kept' WHERE article_id = 1")
    configure(paper_desk, press, "[watches.boats]\nquery = 'kept'\n")

    done = paper_desk.run("reread", "--json").json

    assert (done["read"]["without_page"], done["hidden"]) == (3, 2)
    assert titles(paper_desk) == {"Story 0": False, "Story 1": True, "Story 2": True}
    assert paper_desk.rows("SELECT standfirst FROM article_text WHERE article_id = 1") == [("kept",)]


def test_a_page_in_which_there_is_no_article_any_more_hides_it_and_keeps_its_text(paper_desk: Desk) -> None:
    packed = zstandard.compress(b"<html><body><p>Short.</p></body></html>")
    write(paper_desk, "UPDATE page SET body = ? WHERE url LIKE '%/a0'", packed, file="tearsheet.pages.db")

    done = paper_desk.run("reread", "--json").json

    (row,) = done["articles"]
    assert (row["turn"], done["refused"]) == ("hidden", 1)
    assert row["reason"].startswith("too_short")
    assert "Six boats" in paper_desk.ask("show", "1", "--json").json["text"]


def test_a_damaged_page_stops_nothing_and_its_article_is_judged_by_its_text(paper_desk: Desk) -> None:
    write(paper_desk, "UPDATE page SET body = x'00' WHERE url LIKE '%/a0'", file="tearsheet.pages.db")

    done = paper_desk.run("reread", "--json").json

    assert (done["same"], done["read"]["without_page"]) == (3, 1)


def test_a_query_says_which_articles_and_which_pages_are_read_again(paper_desk: Desk, press: Harbor) -> None:
    configure(paper_desk, press, "[watches.boats]\nquery = 'nets'\n")

    race = paper_desk.run("reread", "race", "--json").json
    nets = paper_desk.run("reread", "nets", "--json").json

    assert (race["read"]["articles"], race["hidden"], race["new"]) == (1, 1, 0)
    assert (nets["read"]["articles"], nets["new"]) == (0, 1)
    assert titles(paper_desk) == {"Story 0": False, "Story 1": False, "Story 2": True, "Story 3": False}


def test_an_article_that_a_person_decided_of_is_not_reported_as_turned(
    paper_desk: Desk, press: Harbor
) -> None:
    paper_desk.run("mark", "1", "relevant", "--watch", "boats")
    configure(paper_desk, press, "[watches.boats]\nquery = 'race'\n")

    done = paper_desk.run("reread", "--json").json

    assert {row["title"]: row["turn"] for row in done["articles"]} == {"Story 0": None, "Story 1": "hidden"}


def test_no_watch_at_all_is_refused_and_hides_nothing(paper_desk: Desk, press: Harbor) -> None:
    configure(paper_desk, press, BOATS + "enabled = false\n")

    done = paper_desk.run("reread")

    assert done.code == 2
    assert "no watch is on" in complaint(done)
    assert not any(titles(paper_desk).values())


def test_while_another_run_holds_the_corpus_nothing_is_done(paper_desk: Desk) -> None:
    with held(str(paper_desk.folder / "tearsheet.db.lock"), otherwise=""):
        done = paper_desk.run("reread")

    assert done.code == 75
    assert "another run holds" in complaint(done)


def test_a_corpus_that_is_not_there_is_not_made(desk: Desk) -> None:
    done = desk.run("reread")

    assert done.code == 5
    assert complaint(done).endswith("run `tearsheet collect` first")
    assert list(desk.folder.iterdir()) == []


def test_ctrl_c_stores_what_was_read_and_says_that_there_is_more(desk: Desk, harbor: Harbor) -> None:
    harbor.print(60)
    configure(desk, harbor, BOATS)
    desk.run("collect")
    configure(desk, harbor, "[watches.boats]\nquery = 'sheep'\n")
    run = desk.start("reread", "--json")
    eventually(lambda: any(titles(desk).values()))

    run.send_signal(signal.SIGINT)
    done = ended(run, seconds=45)

    assert done.code == 0
    stopped = done.json
    assert stopped["outcome"] in {"interrupted", "done"}  # the machine may be quick
    assert sum(titles(desk).values()) == stopped["hidden"] == len(stopped["articles"])
    assert desk.run("reread", "--json").json["hidden"] == 60 - stopped["hidden"]
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]


def test_people_get_a_line_for_what_turned_and_the_sums(paper_desk: Desk, press: Harbor) -> None:
    configure(paper_desk, press, "[watches.boats]\nquery = 'nets'\n")

    out = paper_desk.run("reread", "--dry-run").out

    assert "hidden    1  Story 0\n             no longer wanted by boats; boats 0.00: nothing found\n" in out
    assert "new       -  Story 3\n" in out
    assert "       3  would be hidden: no watch wants them any more" in out
    assert "       3  wanted by other watches" in out
