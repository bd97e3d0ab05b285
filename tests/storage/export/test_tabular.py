"""Records written for other programs."""

import csv
import io
import json

import pytest

from pipeline.items import Fate, Flag, Precision, Stamp
from storage import Corpus
from storage.articles import Articles
from storage.export.tabular import write_csv, write_jsonl
from storage.forget import forget
from tests.storage.builders import NOON, SAID, article, decision, stamp, store

pytestmark = pytest.mark.both_databases


def test_each_line_is_the_record_of_an_article(corpus: Corpus) -> None:
    store(corpus, article("a", title="Año «nuevo»\u2028"), article("b"))
    out = io.StringIO()

    assert write_jsonl(corpus.export(), out) == 2

    lines = out.getvalue().split("\n")
    assert [json.loads(line)["title"] for line in lines[:2]] == ["Año «nuevo»\u2028", "Title b"]
    assert lines[2:] == [""]
    assert "Año" in lines[0]


def test_csv_holds_any_text_and_lists_in_one_cell(corpus: Corpus) -> None:
    text = 'He said "no",\n\nthen; left'
    store(
        corpus,
        article("a", text=text, authors=("Ana Núñez", "O. Diaz"), flags=(Flag.PAYWALLED,), published=Stamp()),
    )
    out = io.StringIO(newline="")

    assert write_csv(corpus.export(), out) == 1

    (row,) = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert row["text"] == text
    assert (row["authors"], row["flags"], row["watches"]) == (
        "Ana Núñez; O. Diaz",
        "paywalled",
        "cartel-extraditions",
    )
    assert (row["published_at"], row["duplicate_of"], row["revision"]) == ("", "", "1")
    assert out.getvalue().endswith("\r\n")
    record = next(corpus.export()).as_dict()
    assert list(row) == [*(name for name in record if name != "facts"), *record["facts"]]


def test_csv_has_a_column_for_each_thing_that_an_article_says(corpus: Corpus) -> None:
    store(corpus, article("a", facts=SAID), article("b"))
    out = io.StringIO(newline="")

    write_csv(corpus.export(), out)

    said, nothing = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    names = ("mechanism", "stage", "from", "to", "count", "names", "groups")
    assert [said[name] for name in names] == [
        "transfer",
        "carried_out",
        "MX",
        "",
        "2",
        "Ana Núñez",
        "Los Ñandúes",
    ]
    assert {nothing[name] for name in names} == {""}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(corpus: Corpus, start: str) -> None:
    cell = start + "HYPERLINK(1)"
    store(corpus, article("a", title=cell, authors=(cell,)))
    out = io.StringIO(newline="")

    write_csv(corpus.export(), out)

    (row,) = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert (row["title"], row["authors"]) == ("'" + cell, "'" + cell)


def test_a_time_is_cut_to_what_is_known_of_it(corpus: Corpus) -> None:
    for path, precision in (("a", Precision.MINUTE), ("b", Precision.DAY), ("c", Precision.MONTH)):
        store(corpus, article(path, published=stamp(NOON, precision)))

    times = [record.as_dict()["published_at"] for record in corpus.export()]

    assert times == ["2025-08-12T12:00Z", "2025-08-12", "2025-08"]


def test_an_export_of_thousands_is_complete_and_in_order(corpus: Corpus) -> None:
    store(corpus, *(article(str(number)) for number in range(1201)))

    assert [record.id for record in corpus.export("handed")] == list(range(1, 1202))
    assert all(record.watches for record in corpus.export("handed"))


def test_an_export_shows_one_moment_though_articles_come_and_change(corpus: Corpus, corpus_url: str) -> None:
    store(corpus, *(article(str(number)) for number in range(1201)))
    records = corpus.export("handed")
    first = next(records)

    with Corpus.open(corpus_url, write=True) as other:
        store(other, article("more"))
        changed = article("1200", text="They were handed over after all.")
        Articles(other).store(changed, decision(Fate.REVISION, article_id=1201))
        forget(other, 1100)

    rest = list(records)
    assert [first.id, *(record.id for record in rest)] == list(range(1, 1202))
    assert rest[-1].text == "Two men were handed over at 1200."
