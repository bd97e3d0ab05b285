"""How well copies and stories are told in texts that were not made for it: three small labelled sets.

A thousand texts of newswire sentences with ten planted near-copies; pairs of real articles that tell one
story or do not; feed items with the story of each. Every text goes through the steps of an import, but for
the watches, each set into a corpus of its own in the order of its file.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.labelled import shared
from benchmarks.measure import print_table, promise, skip
from pipeline.linking.place import place
from pipeline.records import record_from_json
from storage import Corpus
from storage.articles import Articles

_NOW = datetime(2025, 8, 12, 12, tzinfo=UTC)
Told = Mapping[str, tuple[int, int]]
"""Cluster and story by the name of a text."""


def main() -> None:
    """Link the three sets and say what was told right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="print the pairs that are told wrong")
    options = parser.parse_args()
    folder = shared() / "bench" / "dedup" / "real"
    if not folder.exists():
        skip("the labelled texts are not there")
    _planted(_rows(folder / "planted_1000.jsonl.gz"))
    _pairs(_rows(folder / "tgcontest_pairs.jsonl.gz"), is_told=options.wrong)
    _items(_rows(folder / "scoop_items.jsonl.gz"))


def _rows(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _told(records: Iterable[Mapping[str, Any]]) -> Told:
    """Store the records in order, a minute apart unless they say when, and return what was told."""
    numbers: dict[str, int] = {}
    with Corpus.open("sqlite://", write=True) as corpus:
        articles = Articles(corpus)
        for place_in_file, record in enumerate(records):
            at = record.get("published_at") or (_NOW + timedelta(minutes=place_in_file)).isoformat()
            said = {**record, "fetched_at": at}
            article = record_from_json(said, source="", now=datetime.now(UTC), where="a set").article
            assert article is not None  # they are texts
            with corpus.write():
                decision = place(article, seen=articles, keep_all=True)
                numbers[str(record["id"])] = articles.store(article, decision)
        with corpus.read() as connection:
            rows = connection.execute(text("SELECT id, duplicate_cluster, story FROM article"))
            placed = {row[0]: (row[1], row[2]) for row in rows}
    return {name: placed[number] for name, number in numbers.items()}


def _planted(rows: Sequence[Mapping[str, Any]]) -> None:
    told = _told({**row, "url": f"https://{row['id']}.example/{row['id']}"} for row in rows)
    same = _together({row["id"]: row["dup"] for row in rows})
    found = _together({name: cluster for name, (cluster, _) in told.items()})
    promise("planted copies found", len(same & found) / len(same), at_least=1.0)
    promise("false copies among planted", len(found - same), at_most=0)


def _pairs(rows: Sequence[Mapping[str, Any]], *, is_told: bool) -> None:
    records = [
        {"id": f"{number}-{side}", **{key: row[f"{key}{side}"] for key in ("url", "title", "text")}}
        for number, row in enumerate(rows)
        for side in (1, 2)
    ]
    told = _told(records)
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for number, row in enumerate(rows):
        # An address that stands in two pairs is one article.
        same = told[f"{number}-1"][1] == told[f"{number}-2"][1]
        right[row["pool"][:2]].append(same == row["same_story"])
        if is_told and same != row["same_story"]:
            print(f"{'missed' if row['same_story'] else 'wrong'}: {row['title1']} / {row['title2']}")
    shares = {language: sum(each) / len(each) for language, each in right.items()}
    print_table(
        ["pairs", "number", "right"],
        [[language, len(right[language]), share] for language, share in sorted(shares.items())],
    )
    promise("story pairs told right, English", shares["en"], at_least=0.93)


def _items(rows: Sequence[Mapping[str, Any]]) -> None:
    """Feed items are a line or two; their labels hold for one address or one headline, mostly."""
    rows = [row for row in rows if row["text"]]
    told = _told(rows)
    labels = {row["id"]: row["dup"] for row in rows}
    same = _together(labels)
    found = _together({name: story for name, (_, story) in told.items()})
    right = len(same & found)
    print(f"{len(rows)} feed items: {right} of {len(same)} pairs found, {len(found) - right} others")


def _together(groups: Mapping[str, object]) -> set[tuple[str, ...]]:
    """Return every two that are in one group."""
    members: defaultdict[object, list[str]] = defaultdict(list)
    for name, group in groups.items():
        members[group].append(name)
    return {tuple(sorted(pair)) for names in members.values() for pair in combinations(names, 2)}


if __name__ == "__main__":
    main()
