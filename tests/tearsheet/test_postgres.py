"""The sample newsroom collected into PostgreSQL: every command answers as it does of a file."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import Corpus
from tearsheet.demo import Newsroom
from tests.postgres import PostgresServer
from tests.tearsheet.commands import Desk, complaint
from tests.tearsheet.conftest import Collected

# What is the same whenever, and in whatever order, the newsroom is collected.
_LASTING = ("title", "standfirst", "text", "language", "authors", "source", "revision", "flags", "watches")


@pytest.fixture(scope="module")
def url(postgres_server: PostgresServer) -> Iterator[str]:
    made = postgres_server.empty_url()
    yield made
    postgres_server.drop(made)


@pytest.fixture(scope="module")
def desk(url: str, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("newsroom"))
    with Newsroom(datetime.now(UTC)) as newsroom:
        desk.configure(newsroom.config_toml(url))
        first = desk.run("collect", "--due", "--json")
        newsroom.publish_second_edition()
        second = desk.run("collect", "--json")
    assert (first.code, second.code) == (0, 0), first.err + second.err
    return desk


def exported(desk: Desk) -> list[dict[str, Any]]:
    return desk.ask("export", "--include-copies", "--include-off-topic").json_lines


def lasting(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records without what differs by the hour or by who was asked first."""
    rows = [{name: record[name] for name in _LASTING} for record in records]
    return sorted(rows, key=lambda row: (row["title"], row["source"]))


def clusters(records: Iterable[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    """Which articles have the same text."""
    found: dict[int, list[tuple[str, str]]] = {}
    for record in records:
        found.setdefault(record["duplicate_cluster"], []).append((record["title"], record["source"]))
    return sorted(map(sorted, found.values()))


def test_the_same_articles_are_kept_and_linked_as_in_a_file(desk: Desk, collected: Collected) -> None:
    records = exported(desk)

    assert lasting(records) == lasting(collected.records)
    assert clusters(records) == clusters(collected.records)


@pytest.mark.parametrize(
    "query",
    [
        "extradit*",
        '"handed over"',
        "entregó OR deportado",
        "title:extradit* -source:estuary-wire",
        "lang:es after:2020",
        "url:mexico",
        "author:a",
        "watch:cartel-extraditions NOT captur*",
    ],
)
@pytest.mark.parametrize("sort", ["new", "rank"])
def test_a_search_finds_the_same_as_in_a_file(
    desk: Desk, collected: Collected, query: str, sort: str
) -> None:
    command = ("search", query, "--sort", sort, "--limit", "100", "--include-copies", "--json")

    here, there = desk.ask(*command).json, collected.desk.ask(*command).json

    assert here["count"] == there["count"] > 0
    found = [sorted((hit["title"], hit["snippet"]) for hit in answer["articles"]) for answer in (here, there)]
    assert found[0] == found[1]


def test_an_article_is_shown_with_its_page_its_history_and_its_fates(desk: Desk) -> None:
    revised = next(record for record in exported(desk) if record["revision"] > 1)
    number = str(revised["id"])

    shown = desk.ask("show", number, "--revisions", "--json").json

    assert len(shown["revisions"]) == revised["revision"]
    assert "<html" in desk.ask("show", number, "--raw").out.lower()
    assert desk.why(revised["url"])[0] == "revision"
    assert (desk.folder / "tearsheet.pages.db").exists()
    assert not (desk.folder / "tearsheet.db").exists()


def test_it_is_looked_after(desk: Desk) -> None:
    doctor, upkeep, prune = (desk.ask(*line) for line in (("doctor",), ("corpus", "upkeep"), ("prune",)))

    assert "the-silent-post is failing" in doctor.out
    assert [word for word in ("index", "corpus", "run ", "postgresql") if word in doctor.out] == []
    assert (upkeep.code, prune.code) == (0, 0)
    assert desk.ask("runs", "--json").json[0]["outcome"] == "done"
    assert desk.ask("sources", "list", "--json").json


def test_a_backup_is_the_work_of_pg_dump(desk: Desk) -> None:
    done = desk.ask("corpus", "backup", "copy.db")

    assert done.code == 2
    assert "is on a server: back it up with pg_dump, and copy" in complaint(done)


def test_a_second_run_does_nothing(desk: Desk, url: str) -> None:
    with Corpus.open(url) as corpus, corpus.lock("run", otherwise=""):
        done = desk.ask("collect")

    assert done.code == 75
    assert "another run holds postgresql://***@/" in complaint(done)


def test_what_is_forgotten_is_found_no_more(
    desk: Desk, url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    copy = postgres_server.copy_url(url)
    config = (desk.folder / "tearsheet.toml").read_text()
    changed = Desk(tmp_path)
    changed.configure(config.replace(url, copy))
    gone = exported(changed)[0]

    done = changed.ask("forget", str(gone["id"]), "--yes")

    assert done.code == 0, done.err
    assert gone["url"] not in {record["url"] for record in exported(changed)}
    assert exported(desk)[0] == gone
    postgres_server.drop(copy)


def test_a_missing_database_is_said_and_not_made(desk: Desk, tmp_path: Path) -> None:
    done = desk.run(
        "search", "capo", TEARSHEET_CORPUS_URL="postgresql+psycopg://desk:secret@127.0.0.1:9/news"
    )

    assert done.code == 5
    assert "postgresql://***@127.0.0.1:9/news: the server cannot be reached" in complaint(done)
    assert "secret" not in done.err


def test_it_is_copied_to_a_file_and_back_and_finds_the_same(
    desk: Desk, url: str, postgres_server: PostgresServer
) -> None:
    there = desk.ask("corpus", "copy", url, "sqlite:///moved.db", "--json")
    back_url = postgres_server.empty_url()
    back = desk.ask("corpus", "copy", "sqlite:///moved.db", back_url, "--to-pages", "sqlite:///back.pages.db")

    assert (there.code, back.code) == (0, 0), there.err + back.err
    assert there.json["articles"] == len(exported(desk))
    assert "every row the same in both; its raw pages are in back.pages.db" in back.out
    for moved in ("sqlite:///moved.db", back_url):
        said = desk.run("export", "--include-copies", "--include-off-topic", TEARSHEET_CORPUS_URL=moved)
        assert said.json_lines == exported(desk)
    postgres_server.drop(back_url)
