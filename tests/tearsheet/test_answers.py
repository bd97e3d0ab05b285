"""The commands that ask the corpus: search, show, why, runs, sources, watch, export, doctor."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.tearsheet.commands import Desk, Done, complaint
from tests.tearsheet.conftest import Collected

RECORD = {
    "id", "external_id", "url", "canonical_url", "source", "channel", "title", "standfirst", "text", "language",
    "authors", "published_at", "published_precision", "published_from", "modified_at", "first_seen_at",
    "last_seen_at", "flags", "watches", "fate", "duplicate_of", "duplicate_cluster", "story", "revision",
    "facts", "marks",
}  # fmt: skip
FACTS = {"mechanism", "stage", "from", "to", "count", "names", "groups"}
REPORT = {"id", "started_at", "ended_at", "outcome", "sources", "fates"}
SOURCE = {"name", "enabled", "health", "finding", "channels", "articles", "last_new_at"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
QUERY = "extradit*"
WATCH = "cartel-extraditions"
CORRECTED = "halyard-courier/who-are-the-men-on-the-planes"
COPIED = "estuary-wire/mexico-hands-over-18-prisoners"


class Answers:
    """Runs each command on the collected corpus once, however many tests look at what it said."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected
        self._done: dict[tuple[str, ...], Done] = {}

    def __call__(self, *commands: tuple[str, ...]) -> list[Done]:
        fresh = [command for command in commands if command not in self._done]
        self._done |= zip(fresh, self.collected.desk.run_all(fresh), strict=True)
        return [self._done[command] for command in commands]

    def one(self, *command: str) -> Done:
        return self(command)[0]

    def url(self, key: str) -> str:
        return self.collected.article(key).url

    def number(self, key: str) -> str:
        record = self.collected.record(self.collected.article(key))
        assert record is not None
        return str(record["id"])


@pytest.fixture(scope="module")
def ask(collected: Collected) -> Answers:
    return Answers(collected)


# What every command keeps to


def test_in_a_pipe_every_command_prints_its_result_alone_and_plainly(ask: Answers) -> None:
    number = ask.number(CORRECTED)
    done = ask(
        ("search", QUERY), ("search", QUERY, "--facets"), ("search", QUERY, "--timeline", "day"),
        ("show", number), ("show", number, "--revisions"), ("show", number, "--diff"), ("show", number, "--receipt"),
        ("show", number, "--copies"), ("show", number, "--story"), ("why", ask.url(CORRECTED)), ("runs",),
        ("runs", "1"), ("sources",), ("sources", "show", "the-silent-post"), ("watch", "list"),
        ("watch", "explain", WATCH, number),
    )  # fmt: skip

    for each in done:
        assert each.code == 0
        assert each.out
        assert "\x1b" not in each.out + each.err
        assert "\r" not in each.out + each.err


def test_json_is_one_document_and_stderr_is_silent(ask: Answers) -> None:
    number = ask.number(CORRECTED)
    done = ask(
        ("search", QUERY, "--json"), ("search", QUERY, "--count", "--json"), ("search", QUERY, "--facets", "--json"),
        ("search", QUERY, "--timeline", "day", "--json"), ("show", number, "--json"),
        ("show", number, "--revisions", "--json"), ("show", number, "--diff", "--json"),
        ("show", number, "--receipt", "--json"), ("show", number, "--raw", "--json"),
        ("show", number, "--copies", "--json"), ("show", number, "--story", "--json"),
        ("why", ask.url(CORRECTED), "--json"), ("runs", "--json"), ("runs", "2", "--json"),
        ("sources", "list", "--json"), ("sources", "show", "el-remanso", "--json"), ("watch", "list", "--json"),
        ("watch", "explain", WATCH, number, "--json"),
    )  # fmt: skip

    for each in done:
        assert (each.code, each.err) == (0, "")
        assert each.json


def test_a_mistake_is_one_line_on_stderr_and_exit_2(ask: Answers) -> None:
    done = ask(
        ("search", "x", "--bogus"), ("serch", "x"), ("search",), ("show", "999"), ("show", "https://x.example/y"),
        ("why", "https://x.example/y"), ("runs", "99"), ("sources", "show", "el-remanzo"),
        ("watch", "explain", "cartel-extradition", "1"), ("watch", "test", WATCH, "nowhere.jsonl"),
        ("export", "--output", "/nowhere/out.jsonl"), ("search", "x", "--count", "--new"),
        ("show", "1", "--diff", "--receipt", "--json"), ("search", "x", "--sort", "old"),
        ("search", "x", "--since", "yesterday"), ("search", "x", "--cursor", "abc"),
    )  # fmt: skip

    assert [each.code for each in done] == [2] * len(done)
    said = [complaint(each) for each in done]
    assert "did you mean 'el-remanso'?" in said[7]
    assert "did you mean 'cartel-extraditions'?" in said[8]


# search


def test_a_search_says_what_it_found_and_on_what_ground(ask: Answers) -> None:
    answer = ask.one("search", QUERY, "--json").json

    assert answer.keys() == {"query", "count", "coverage", "articles", "cursor", "sort"}
    assert answer["query"] == QUERY
    assert answer["count"] == len(answer["articles"]) > 5
    assert answer["coverage"]["failed_sources"] == ["the-silent-post"]
    assert len(answer["coverage"]["sources"]) == 9
    for hit in answer["articles"]:
        assert hit.keys() >= RECORD
        assert INSTANT.fullmatch(hit["first_seen_at"])
        assert hit["watches"][0].keys() == {"name", "score", "reasons", "version"}
        assert "\x02" not in hit["snippet"]


def test_the_options_narrow_a_search_as_the_fields_of_the_query_do(ask: Answers) -> None:
    by_option, by_field, none, english, since, everything = ask(
        ("search", QUERY, "--source", "estuary-wire", "--json"),
        ("search", f"{QUERY} source:estuary-wire", "--json"),
        ("search", QUERY, "--until", "2001", "--count"),
        ("search", QUERY, "--lang", "en", "--watch", WATCH, "--json"),
        ("search", QUERY, "--since", "36h", "--json"),
        ("search", QUERY, "--include-copies", "--count"),
    )

    assert by_option.json["articles"] == by_field.json["articles"] != []
    assert {hit["source"] for hit in by_option.json["articles"]} == {"estuary-wire"}
    assert none.out == "0\n"
    assert {hit["language"] for hit in english.json["articles"]} == {"en"}
    assert 0 < since.json["count"] < int(everything.out)


def test_pages_follow_each_other_by_cursor_to_the_end_without_repeating(ask: Answers) -> None:
    whole = [hit["id"] for hit in ask.one("search", QUERY, "--json").json["articles"]]
    found: list[int] = []
    cursor: tuple[str, ...] = ()
    while True:
        answer = ask.one("search", QUERY, "--limit", "4", "--json", *cursor).json
        found += [hit["id"] for hit in answer["articles"]]
        if not answer["cursor"]:
            break
        cursor = ("--cursor", answer["cursor"])

    assert found == whole
    assert len(set(found)) == len(found)


def test_counts_facets_and_timeline_agree(ask: Answers) -> None:
    count, facets, timeline = ask(
        ("search", QUERY, "--count", "--json"),
        ("search", QUERY, "--facets", "--json"),
        ("search", QUERY, "--timeline", "day", "--json"),
    )
    total = count.json["count"]

    assert sum(facets.json["facets"]["source"].values()) == total
    assert facets.json["facets"]["watch"] == {WATCH: total}
    assert sum(timeline.json["timeline"].values()) == total
    assert sorted(timeline.json["timeline"]) == list(timeline.json["timeline"])


def test_nothing_found_is_told_from_nothing_read(ask: Answers) -> None:
    found, nothing, everywhere, before, nowhere = ask(
        ("search", QUERY, "--count", "--coverage"),
        ("search", "nothingsuch"),
        ("search", "nothingsuch", "--source", "estuary-wire"),
        ("search", f"({QUERY}) before:2020"),
        ("search", "source:nosuch"),
    )

    number, covered = found.out.splitlines()
    assert int(number) > 5
    assert covered.startswith("Coverage: 8 of 9 sources read every day on")
    assert "the-silent-post: 1 day not read" in covered
    assert nothing.err.startswith("Not everything was read: 8 of 9 sources")
    assert everywhere.err == ""
    assert before.err.startswith("Not everything was read: no source was read in this time")
    assert "no source that the question asks for is in the corpus" in nowhere.err


def test_every_answer_says_in_json_on_what_ground_it_stands(ask: Answers) -> None:
    kinds = ("--count",), ("--facets",), ("--timeline", "month"), ("--sample", "2"), ("--top-words", "3")
    for done in ask(*(("search", QUERY, *kind, "--json") for kind in kinds)):
        (unread,) = done.json["coverage"]["not_read"]
        assert (unread["source"], unread["days"]) == ("the-silent-post", 1)
        assert len(done.json["coverage"]["read_every_day"]) == 8


def test_a_sample_is_drawn_by_its_seed_and_words_are_counted_by_article(ask: Answers) -> None:
    first, again, other, words = ask(
        ("search", QUERY, "--sample", "3", "--json"),
        ("search", QUERY, "--sample", "3", "--seed", "0", "--json"),
        ("search", QUERY, "--sample", "3", "--seed", "7", "--json"),
        ("search", QUERY, "--top-words", "5", "--json"),
    )

    drawn = [[hit["id"] for hit in done.json["articles"]] for done in (first, again, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 3
    assert first.json["sort"] == "sample"
    assert len(words.json["words"]) == 5
    assert all(2 <= word["articles"] <= words.json["looked_at"] for word in words.json["words"])


def test_options_that_would_be_passed_over_are_refused(ask: Answers) -> None:
    seed, two, pages = ask(
        ("search", "x", "--seed", "3"),
        ("search", "x", "--sample", "3", "--facets"),
        ("search", "x", "--sample", "3", "--cursor", "abc"),
    )

    assert (seed.code, two.code, pages.code) == (2, 2, 2)
    assert "--seed belongs to --sample" in seed.err
    assert "--facets and --sample exclude each other" in two.err


def test_what_was_told_as_new_is_not_new_the_second_time(collected: Collected, tmp_path: Path) -> None:
    desk = collected.copied_to(tmp_path / "copy")

    first, second = (desk.ask("search", QUERY, "--new", "--json").json for _ in range(2))

    assert first["count"] > 5
    assert (second["count"], second["articles"]) == (0, [])


def test_a_query_that_cannot_be_understood_is_told_with_the_place(ask: Answers) -> None:
    done = ask.one("search", "cartel OR")

    assert done.code == 2
    assert complaint(done).endswith("(at character 8 of 'cartel OR')")


# show


def test_an_article_is_shown_by_number_and_by_its_address_in_any_form(ask: Answers) -> None:
    number, url = ask.number(CORRECTED), ask.url(CORRECTED)
    forms = (number, url, url + "?utm_source=mail&utm_medium=x#top", url.replace("http://", "HTTP://www."))

    shown = [done.json for done in ask(*(("show", form, "--json") for form in forms))]

    assert all(record == shown[0] for record in shown)
    assert shown[0].keys() >= RECORD
    assert shown[0]["url"] == url


def test_stories_are_found_and_told_from_the_shell(ask: Answers) -> None:
    found, first = ask(
        ("search", "prison*", "--stories", "--json"),
        ("search", "prison*", "--stories", "--limit", "1", "--json"),
    )

    assert found.json.keys() == {"query", "count", "coverage", "stories", "cursor"}
    assert found.json["count"] == len(found.json["stories"])
    story = found.json["stories"][0]
    assert story == first.json["stories"][0]
    assert story["articles"] >= story["texts"] >= 1
    (told, printed) = ask(("show", str(story["head"]["id"]), "--story", "--json"), ("show", "1", "--story"))
    assert len(told.json["articles"]) == story["articles"]
    assert len(told.json["timeline"]) == story["texts"]
    assert printed.out.startswith("Story ")


def test_the_diff_shows_what_changed_and_the_receipt_what_was_cut(ask: Answers) -> None:
    number = ask.number(CORRECTED)
    diff, receipt = ask(("show", number, "--diff", "--json"), ("show", number, "--receipt", "--json"))

    ((change,), removed) = diff.json["changes"], receipt.json["removed"]

    assert (change["from"], change["to"]) == (1, 2)
    assert change["changed"][0] == {"field": "title", "words": "Who are the [-20-]{+18+} men on the planes?"}
    assert change["facts"] == [{"kind": "number", "before": "20", "after": "18", "of": "men"}]
    assert change["notice"].startswith(
        "Correction: An earlier version of this article said that 20 prisoners"
    )
    assert {"rule": "ad-slot", "text": "728×90"}.items() <= removed[0].items()
    assert {cut["text"] for cut in removed} >= set(ask.collected.article(CORRECTED).clutter)


def test_the_raw_page_is_what_the_server_sent(ask: Answers) -> None:
    raw, as_json = ask(
        ("show", ask.number(CORRECTED), "--raw"), ("show", ask.number(CORRECTED), "--raw", "--json")
    )

    assert raw.out.startswith("<!doctype html>")
    assert as_json.json["body"] == raw.out
    assert as_json.json["content_type"] == "text/html; charset=utf-8"


def test_copies_and_story_lead_to_the_other_articles(ask: Answers) -> None:
    number = ask.number(COPIED)
    copies, story = ask(("show", number, "--copies", "--json"), ("show", number, "--story", "--json"))
    # One of them is cut short, under another headline.
    reprints = {article.url for article in ask.collected.editions[1] if article.reprint_of == COPIED}

    assert {record["url"] for record in copies.json["articles"]} == reprints != set()
    assert {record["url"] for record in story.json["articles"]} >= reprints


# why, runs


def test_why_tells_every_meeting_with_a_url_newest_first(ask: Answers) -> None:
    why = ask.one("why", ask.url(CORRECTED), "--json").json
    off_topic = next(
        article
        for article in ask.collected.editions[0]
        if not article.is_relevant and article.publisher == "estuary-wire"
    )

    assert [(row["run"], row["fate"], row["channel"]) for row in why["fates"]] == [
        (2, "revision", "feed"),
        (1, "new", "feed"),
    ]
    assert all(row.keys() >= {"run", "at", "channel", "fate", "reason"} for row in why["fates"])
    assert "no word of" in ask.one("why", off_topic.url).out or "missing" in ask.one("why", off_topic.url).out


def test_runs_are_listed_newest_first_and_shown_one_by_one(ask: Answers) -> None:
    listed, one = ask(("runs", "--json"), ("runs", "1", "--json"))

    assert [run["id"] for run in listed.json] == [2, 1]
    assert all(run.keys() >= REPORT for run in listed.json)
    assert one.json == listed.json[1] == ask.collected.first.json
    assert all(INSTANT.fullmatch(one.json[key]) for key in ("started_at", "ended_at"))


# sources


def test_sources_show_their_health_and_what_to_do(ask: Answers) -> None:
    rows = {row["name"]: row for row in ask.one("sources", "list", "--json").json}
    broken = rows["the-silent-post"]

    assert all(row.keys() == SOURCE for row in rows.values())
    assert broken["health"] == "failing"
    assert "the server answered 503; it is asked again by itself" in broken["finding"]
    assert {row["health"] for row in rows.values()} == {"ok", "failing"}
    channel = rows["estuary-wire"]["channels"][0]
    assert channel.keys() == {"url", "kind", "status", "last_item_at", "next_poll_at"}
    assert (channel["kind"], channel["status"]) == ("feed", 200)
    assert ask.one("sources", "show", "the-silent-post", "--json").json == broken | {"days": []}


def test_sources_are_listed_before_there_is_a_corpus(collected: Collected, desk: Desk) -> None:
    desk.configure(collected.newsroom.config_toml())

    listed, shown = desk.run_all([("sources", "list", "--json"), ("sources", "show", "el-remanso")])

    assert (listed.code, shown.code) == (0, 0)
    assert {(row["health"], row["articles"], row["last_new_at"]) for row in listed.json} == {
        ("never", 0, None)
    }
    assert not (desk.folder / "tearsheet.db").exists()


def test_without_a_corpus_the_other_commands_say_what_makes_one(desk: Desk) -> None:
    done = desk.run_all(
        [("search", "x"), ("show", "1"), ("why", "https://x.example/"), ("runs",), ("export",)]
    )

    assert [each.code for each in done] == [5] * 5
    assert all(complaint(each).endswith("no corpus here; run `tearsheet collect` first") for each in done)
    assert not (desk.folder / "tearsheet.db").exists()


# watch


def test_watches_are_listed_with_their_kind(ask: Answers) -> None:
    assert ask.one("watch", "list", "--json").json == [{"name": WATCH, "enabled": True, "kind": "concepts"}]


def test_a_watch_explains_a_stored_article_a_page_and_a_text(ask: Answers, tmp_path: Path) -> None:
    raw = ask.one("show", ask.number(COPIED), "--raw").out
    (tmp_path / "page.html").write_text(raw, encoding="utf-8")
    article = ask.collected.article(COPIED)
    (tmp_path / "text.txt").write_text("\n".join((article.title, *article.paragraphs)), encoding="utf-8")

    said = [
        done.json
        for done in ask(
            ("watch", "explain", WATCH, ask.number(COPIED), "--json"),
            ("watch", "explain", WATCH, article.url, "--json"),
            ("watch", "explain", WATCH, str(tmp_path / "page.html"), "--json"),
            ("watch", "explain", WATCH, str(tmp_path / "text.txt"), "--json"),
        )
    ]

    assert said[0] == said[1]
    for each in said:
        assert each["relevant"]
        assert each["score"] >= each["threshold"]
        assert any("transfer" in reason for reason in each["reasons"])
        assert each["sentences"]


def test_a_watch_is_measured_on_a_labelled_file(ask: Answers, tmp_path: Path) -> None:
    labelled = [
        {
            "id": article.key,
            "lang": article.language,
            "title": article.title,
            "text": "\n\n".join(article.paragraphs),
            "label": "relevant" if article.is_relevant else "not",
            "kind": article.topic,
        }
        for article in ask.collected.editions[0]
        if article.topic in ("transfer", "football", "weather")
    ]
    file, bad = tmp_path / "labelled.jsonl", tmp_path / "bad.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in labelled))
    bad.write_text(json.dumps(labelled[0]) + "\n" + json.dumps(labelled[0] | {"label": "maybe"}))

    measured, table, mistaken = ask(
        ("watch", "test", WATCH, str(file), "--json"),
        ("watch", "test", WATCH, str(file)),
        ("watch", "test", WATCH, str(bad)),
    )

    assert measured.json.keys() == {
        "precision", "recall", "f1", "average_precision", "by_language", "by_kind", "wrong",
    }  # fmt: skip
    assert (measured.json["precision"], measured.json["recall"]) == (1, 1)
    assert set(measured.json["by_kind"]) == {"transfer", "football", "weather"}
    assert "precision" in table.out
    assert mistaken.code == 2
    assert "line 2: label 'maybe'" in complaint(mistaken)


# export


def test_an_export_holds_every_article_once_as_documented(ask: Answers) -> None:
    everything, some = ask(("export",), ("export", "source:el-remanso"))

    assert all(record.keys() == RECORD for record in everything.json_lines)
    ids = [record["id"] for record in everything.json_lines]
    assert ids == sorted({record["id"] for record in ask.collected.records if record["duplicate_of"] is None})
    assert {record["source"] for record in some.json_lines} == {"el-remanso"}


def test_an_export_to_a_file_is_the_same_and_leaves_nothing_else_behind(ask: Answers, tmp_path: Path) -> None:
    lines, table = tmp_path / "out.jsonl", tmp_path / "out.csv"

    done = ask(("export", "--output", str(lines)), ("export", "--format", "csv", "--output", str(table)))

    assert [each.code for each in done] == [0, 0]
    assert done[0].out == ""
    assert lines.read_text(encoding="utf-8") == ask.one("export").out
    assert sorted(tmp_path.iterdir()) == [table, lines]
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["title"] for row in rows] == [record["title"] for record in ask.one("export").json_lines]
    assert set(rows[0]) == (RECORD - {"facts"}) | FACTS


def test_a_csv_in_a_pipe_is_the_csv_of_the_file(ask: Answers, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(ask.one("export", "--format", "csv").out)))

    assert [int(row["id"]) for row in rows] == [record["id"] for record in ask.one("export").json_lines]


# doctor


@pytest.fixture
def healthy(collected: Collected, tmp_path: Path) -> Desk:
    """The corpus, without the source that does not answer."""
    desk = collected.copied_to(tmp_path / "copy")
    broken = "[sources.the-silent-post]"
    desk.configure(collected.newsroom.config_toml().replace(broken, f"{broken}\nenabled = false"))
    return desk


def test_doctor_finds_nothing_in_a_good_corpus_and_what_is_wrong_in_a_bad_one(healthy: Desk) -> None:
    before = healthy.ask("doctor", "--json")
    with closing(sqlite3.connect(healthy.folder / "tearsheet.db")) as connection, connection:
        connection.execute("INSERT INTO article_fts (article_fts) VALUES ('delete-all')")
    after = healthy.ask("doctor", "--json")
    table = healthy.ask("doctor")
    quiet = healthy.ask("doctor", "--quiet")
    fixed = healthy.ask("doctor", "--fix", "--json")

    assert before.code == 0
    assert not any(finding["is_urgent"] for finding in before.json)
    (finding,) = [finding for finding in after.json if finding["is_urgent"]]
    assert "full-text index" in finding["what"]
    assert finding["is_fixable"]
    assert (after.code, table.code, quiet.code) == (4, 4, 4)
    assert "full-text index" in table.out
    assert "SQLite" not in quiet.out
    assert (fixed.code, [finding for finding in fixed.json if finding["is_urgent"]]) == (0, [])
    assert "Mended: " in fixed.err
    assert healthy.ask("doctor", "--quiet").out == ""
    assert healthy.ask("search", "extradit*", "--count").out != "0\n"


def test_doctor_names_the_sources_that_need_a_person_and_a_run_under_way(collected: Collected) -> None:
    done = collected.desk.ask("doctor", "--json")

    assert done.code == 4
    assert any(finding["what"].startswith("the-silent-post is failing") for finding in done.json)


def test_doctor_says_that_there_is_no_corpus(desk: Desk) -> None:
    done = desk.ask("doctor", "--json")

    assert done.code == 4
    assert "no corpus here" in done.json[0]["what"]


@pytest.mark.parametrize(
    ("option", "name"), [("--source", "halyard-courrier"), ("--watch", "cartel-extradition")]
)
def test_a_misspelt_source_or_watch_is_a_mistake_and_not_no_news(
    collected: Collected, option: str, name: str
) -> None:
    done = collected.desk.ask("search", QUERY, option, name)

    assert done.code == 2
    assert "did you mean" in done.err


def test_the_ending_of_a_file_says_its_format(collected: Collected, tmp_path: Path) -> None:
    file = tmp_path / "hits.csv"

    collected.desk.ask("export", QUERY, "--output", str(file))

    assert file.read_text(encoding="utf-8").startswith("id,external_id,url")
