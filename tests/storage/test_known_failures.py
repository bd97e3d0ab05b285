"""What other stores and searches are known to get wrong, and what is not told elsewhere of it."""

import ast
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.items import Article
from pipeline.records import record_from_json
from storage import Corpus
from storage.export.tabular import write_jsonl
from tests.storage.builders import NOON, store

pytestmark = pytest.mark.both_databases

TESTS = Path(__file__).parents[1]


def read(given: Mapping[str, Any]) -> Article | InputError:
    """One record of a case, with what every article has, as a file to import would bring it."""
    known = {
        "url": f"https://gazette.example.org/{given['id']}",
        "title": "A title",
        "text": f"It is {given['id']}.",
    }
    renamed = {{"published": "published_at"}.get(name, name): value for name, value in given.items()}
    try:
        record = record_from_json(
            known | renamed, source="gazette", now=NOON + timedelta(days=3), where=given["id"]
        )
    except InputError as error:
        return error
    assert record.article is not None
    return record.article


def test_a_record_of_wrong_types_is_refused_by_name_and_the_others_are_stored(
    corpus: Corpus, cases: dict[str, dict]
) -> None:
    case = cases["store-no-validation"]

    found = [read(each) for each in case["input"]["articles"]]
    refused = [each for each in found if isinstance(each, InputError)]
    store(corpus, *(each for each in found if isinstance(each, Article)))

    assert [str(each) for each in refused] == ["a: url is not text"]
    assert len(refused) == case["expect"]["rejected"]
    assert len(list(corpus.export())) == case["expect"]["rows"]


def test_a_time_before_all_times_is_unknown_and_spoils_no_export(
    corpus: Corpus, cases: dict[str, dict]
) -> None:
    case = cases["export-bad-item"]
    articles = [each for each in map(read, case["input"]["articles"]) if isinstance(each, Article)]
    store(corpus, *articles)

    stream = StringIO()
    count = write_jsonl(corpus.export(), stream)

    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert count == len(records) == case["expect"]["rows"]
    assert [each["published_at"] for each in records] == [
        "2025-08-12T20:00:00Z",
        None,
        "2025-08-13T20:00:00Z",
    ]


def literals(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_known_failure_of_storing_and_searching_is_told_by_a_test(cases: dict[str, dict]) -> None:
    known = {name for name, case in cases.items() if case["area"] == "storage_search"}

    told = {each for file in TESTS.rglob("test_*.py") for each in literals(file)}

    assert known
    assert known - told == set()
