"""How well copies, revisions and stories are told, and what that costs: a generated wire corpus.

The generator and the scorer lie with the shared data. Each article goes through the steps of an import, but
for the watches. The figures of the scorer are explained beside it. What storing takes without links is left
out: it is measured in an empty corpus and in a copy of the whole one, and taken to grow evenly between.
"""

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import text

from benchmarks.labelled import shared
from benchmarks.measure import noise, print_table, promise, skip
from pipeline.items import Article, Decision, Fate
from pipeline.linking.place import place
from pipeline.records import record_from_json
from pipeline.urls import url_key
from storage import Corpus
from storage.articles import Articles

_BATCH = 200
_COUNTED = 10_000
_INDEX = frozenset("fingerprint mention paragraph sketch block link ix_link_article ix_link_other".split())
_RECALL = {"truncated": 0.96, "relead": 0.94, "writethru": 0.92, "clutter": 0.99, "ocr": 0.80}
_FALSE = {
    "press_release": 0.02,
    "daily_template": 0.02,
    "roundup": 0.08,
    "independent": 0.002,
    "single": 0.001,
}
_STORIES = {"story_b3_f1": 0.97, "story_mono_b3_f1": 0.975, "canonical_acc": 0.90}


@dataclass(frozen=True, slots=True)
class _Cost:
    articles: int
    cpu_ms: float
    """Of linking one article, over the last 10,000."""


def main() -> None:
    """Make the corpus, link it, score it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--profile", default="default")
    parser.add_argument(
        "--shuffle",
        type=float,
        default=0,
        metavar="HOURS",
        help="also link in another order within so many hours",
    )
    parser.add_argument(
        "--folder", type=Path, help="Where an earlier run made the articles, or to keep them."
    )
    options = parser.parse_args()
    bench = shared() / "bench" / "dedup"
    if not bench.exists():
        skip("the maker of synthetic articles is not there")
    print(noise(), flush=True)
    with ExitStack() as opened:
        folder = options.folder or Path(opened.enter_context(tempfile.TemporaryDirectory()))
        if not (folder / "truth.jsonl").exists():
            maker = [sys.executable, str(bench / "make_corpus.py"), "--docs", str(options.docs)]
            maker += ["--seed", str(options.seed), "--profile", options.profile, "--out", str(folder)]
            subprocess.run(maker, check=True, stdout=subprocess.DEVNULL)
        _print_costs(_link(folder), folder / "corpus.db")
        score = _score(bench, folder)
        _print_score(score, large=options.docs > 50_000)
        _print_revisions(folder)
        if options.shuffle:
            _shuffle(folder / "articles.jsonl", hours=options.shuffle, seed=options.seed)
            _link(folder)
            _print_shuffled(score, _score(bench, folder))


def _score(bench: Path, folder: Path) -> dict[str, Any]:
    scorer = [sys.executable, str(bench / "score.py"), str(folder / "truth.jsonl"), str(folder / "told.tsv")]
    done = subprocess.run(scorer, check=True, capture_output=True, text=True)
    score: dict[str, Any] = json.loads(done.stdout)
    return score


def _shuffle(file: Path, *, hours: float, seed: int) -> None:
    """Put the articles of each window of hours in another order; what an address says stays in order."""
    chance = random.Random(seed)
    windows: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        at = datetime.fromisoformat(record["fetched_at"]).timestamp()
        windows[int(at // (hours * 3600))].append(record)
    with file.open("w", encoding="utf-8") as out:
        for _, records in sorted(windows.items()):
            places = chance.sample(range(len(records)), len(records))
            # Of two texts at one address the later one stays the later.
            by_address: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
            for record in records:
                by_address[url_key(record["url"])].append(record)
            for place_before in places:
                record = by_address[url_key(records[place_before]["url"])].pop(0)
                out.write(json.dumps(record, ensure_ascii=False) + "\n")


def _print_shuffled(straight: dict[str, Any], shuffled: dict[str, Any]) -> None:
    for name in ("dup_pair_f1", "dup_b3_f1", "story_b3_f1"):
        print(f"{name}: {straight[name]:.4f} in order, {shuffled[name]:.4f} shuffled")
    promise("pair F1 in another order", abs(straight["dup_pair_f1"] - shuffled["dup_pair_f1"]), at_most=0.01)


def _articles(folder: Path) -> Iterator[Article]:
    now = datetime.now(UTC)
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            article = record_from_json(json.loads(line), source="", now=now, where="articles.jsonl").article
            assert article is not None  # they are texts
            yield article


def _link(folder: Path) -> list[_Cost]:
    """Store all in a new corpus, and write what was told of them."""
    for file in (*folder.glob("corpus.db*"), *folder.glob("control.db*")):
        file.unlink()
    spent_ms: list[tuple[int, float]] = []
    first: list[Decision] = []
    done = 0
    with Corpus.open(f"sqlite:///{folder}/corpus.db", write=True) as corpus:
        with (folder / "stored.tsv").open("w", encoding="utf-8") as stored:
            articles = _articles(folder)
            while (some := _store(corpus, islice(articles, _COUNTED), stored))[1]:
                spent, decisions = some
                first = first or decisions
                done += len(decisions)
                spent_ms.append((done, 1000 * spent / len(decisions)))
                print(f"{done:,} stored, {spent_ms[-1][1]:.2f} ms", file=sys.stderr, flush=True)
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        _write_told(corpus, folder)
        corpus.settle()
    empty, full = (_plain_ms(folder, first, in_whole=in_whole) for in_whole in (False, True))
    print(
        f"storing an article without links: {empty:.2f} ms in an empty corpus, {full:.2f} ms in the whole one"
    )
    return [_Cost(count, ms - empty - (full - empty) * count / done) for count, ms in spent_ms]


def _store(corpus: Corpus, some: Iterator[Article], out: TextIO) -> tuple[float, list[Decision]]:
    """Return the CPU seconds that placing and storing took, and the decisions without their links."""
    articles, decisions, spent = Articles(corpus), list[Decision](), 0.0
    while batch := list(islice(some, _BATCH)):
        begun = time.process_time()
        with corpus.write():
            for article in batch:
                decision = place(article, seen=articles, keep_all=True)
                number = articles.store(article, decision, apart=False)
                out.write(f"{article.external_id}\t{number}\t{decision.fate.value}\n")
                decisions.append(replace(decision, links=None))
        spent += time.process_time() - begun
    return spent, decisions


def _plain_ms(folder: Path, decisions: list[Decision], *, in_whole: bool) -> float:
    """Return the CPU time of storing an article without links: the first ones again, at other addresses."""
    file = folder / "control.db"
    for old in folder.glob("control.db*"):
        old.unlink()
    if in_whole:
        shutil.copy(folder / "corpus.db", file)
    spent = 0.0
    with Corpus.open(f"sqlite:///{file}", write=True) as control:
        articles = Articles(control)
        pairs = zip(_articles(folder), decisions, strict=False)
        while batch := [(_elsewhere(article), said) for article, said in islice(pairs, _BATCH)]:
            begun = time.process_time()
            with control.write():
                for article, decision in batch:
                    articles.store(article, decision, apart=False)
            spent += time.process_time() - begun
    for old in folder.glob("control.db*"):
        old.unlink()
    return 1000 * spent / len(decisions)


def _elsewhere(article: Article) -> Article:
    return replace(article, url=f"{article.url}?again", url_key=f"{article.url_key}?again")


def _stored(folder: Path) -> Iterator[list[str]]:
    with (folder / "stored.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def _write_told(corpus: Corpus, folder: Path) -> None:
    numbers = {name: int(number) for name, number, _ in _stored(folder)}
    external = {number: name for name, number in reversed(numbers.items())}
    query = text("SELECT id, duplicate_cluster, story, duplicate_of FROM article")
    with corpus.read() as connection, (folder / "told.tsv").open("w", encoding="utf-8") as out:
        told = {row[0]: row[1:] for row in connection.execute(query)}
        for name, number in numbers.items():
            cluster, story, head = told[number]
            out.write(f"{name}\t{cluster}\t{story}\t{external[head or number]}\n")


def _print_costs(costs: list[_Cost], file: Path) -> None:
    print_table(["articles", "CPU ms an article"], [[each.articles, each.cpu_ms] for each in costs])
    promise("CPU ms an article, the dearest 10,000", max(each.cpu_ms for each in costs), at_most=2.5)
    promise("growth of that", costs[-1].cpu_ms / costs[0].cpu_ms, at_most=1.4)
    promise("bytes of index an article", _index_bytes(file) / costs[-1].articles, at_most=2048)


def _index_bytes(file: Path) -> int:
    with Corpus.open(f"sqlite:///{file}") as corpus, corpus.read() as connection:
        rows = connection.execute(text("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
        return sum(int(size) for name, size in rows if name in _INDEX)


def _print_score(score: dict[str, Any], *, large: bool) -> None:
    print(json.dumps(score))
    promise("pair precision", score["dup_pair_p"], at_least=0.99)
    promise("pair F1", score["dup_pair_f1"], at_least=0.945 if large else 0.955)
    promise("B-cubed F1 of copies", score["dup_b3_f1"], at_least=0.98 if large else 0.982)
    for kind, least in _RECALL.items():
        promise(f"recall, {kind}", score["recall_by_kind"].get(kind, 1.0), at_least=least)
    for kind, most in _FALSE.items():
        promise(f"false merges, {kind}", score["false_merge_by_kind"].get(kind, 0.0), at_most=most)
    for name, least in _STORIES.items():
        promise(name, score[name], at_least=least)


def _print_revisions(folder: Path) -> None:
    """A later fetch of an address, and another address of a page, are met again: neither copies nor new."""
    told: dict[str, Counter[str]] = {"revision": Counter(), "url_variant": Counter()}
    fates = {name: fate for name, _, fate in _stored(folder)}
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            label = json.loads(line)
            if label["kind"] in told:
                told[label["kind"]][fates[label["id"]]] += 1
    print({kind: dict(counts) for kind, counts in told.items()})
    again = {Fate.REVISION.value, Fate.UNCHANGED.value}
    for kind, least in (("revision", 1.0), ("url_variant", 0.99)):
        total = told[kind].total()
        right = sum(count for fate, count in told[kind].items() if fate in again)
        promise(f"{kind}: told from copies", right / total if total else 1.0, at_least=least)


if __name__ == "__main__":
    main()
