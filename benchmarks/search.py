"""A large corpus: importing it, and whole search processes over it, against raw SQLite in the same run.

The articles are synthetic. Import: articles per second of ``tearsheet import``, with all that it decides,
over plain inserts of the same rows, in the same batches, under the same indexes and full-text triggers.
Search: ``tearsheet search`` as a process, over a Python that only starts and one that asks SQLite the same.
Promises: a phrase is answered in under 1 s as a whole process, ``--help`` in under 0.3 s of CPU time.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.labelled import shared
from benchmarks.measure import Cost, cost_of, noise, print_table, promise, skip, spread
from benchmarks.raw import copier, empty_like, insert

_ROUNDS = 5
_BATCH = 200
# Every table that has a row for each article.
_TABLES = ("run", "address", "article", "article_text", "revision", "judgement", "fate")
_PHRASES = ('"said on monday"', '"investor relations section"', '"juez de control vinculó a proceso"')
_TEARSHEET = [sys.executable, "-m", "tearsheet"]
_RAW = """
import sqlite3
corpus = sqlite3.connect("file:corpus.db?mode=ro", uri=True)
query = '''SELECT article.id, article.source, article.dated_at, article_text.title FROM article
    JOIN article_text ON article_text.article_id = article.id WHERE NOT article.hidden AND article.id IN
    (SELECT rowid FROM article_fts WHERE article_fts MATCH ?)
    ORDER BY dated_at DESC, article.id DESC LIMIT 20'''
print(len(corpus.execute(query, [{match!r}]).fetchall()))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    count = parser.parse_args().articles
    print(noise(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder, count)
        _compare_import(folder)
        _compare_search(folder)
    print(f"afterwards: {noise()}")


def _make(folder: Path, count: int) -> None:
    maker = shared() / "bench" / "dedup" / "make_corpus.py"
    if not maker.exists():
        skip("the maker of synthetic articles is not there")
    command = [sys.executable, str(maker), "--docs", str(count), "--seed", "1", "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (folder / "tearsheet.toml").write_text('[corpus]\nurl = "sqlite:///corpus.db"\n', encoding="utf-8")


def _compare_import(folder: Path) -> None:
    took = cost_of([*_TEARSHEET, "import", "articles.jsonl"], folder=folder)
    with sqlite3.connect(folder / "corpus.db") as corpus:
        (count,) = corpus.execute("SELECT count(*) FROM article").fetchone()
    floor_wall, floor_cpu = _insert_again(folder / "corpus.db", folder / "floor.db")
    ratios = (took.cpu_seconds / floor_cpu, floor_wall / took.wall_seconds)
    rows = [
        ["tearsheet import", *ratios, f"{count / took.wall_seconds:,.0f}"],
        ["raw inserts", 1.0, 1.0, f"{count / floor_wall:,.0f}"],
    ]
    print()
    print_table([f"import of {count:,} articles", "CPU", "articles/s", "articles/s here"], rows)
    (folder / "floor.db").unlink()


def _insert_again(made: Path, floor: Path) -> tuple[float, float]:
    """Wall and CPU time of inserting all rows of a corpus into an empty one with the same schema."""
    source = sqlite3.connect(made)
    target = empty_like(source, floor)
    copies = [copier(source, target, table) for table in _TABLES]
    wall = cpu = 0.0
    (last,) = source.execute("SELECT max(id) FROM address").fetchone()
    for first in range(0, last, _BATCH):
        batches = [(statement, rows(first, first + _BATCH)) for rows, statement in copies]
        wall, cpu = wall - time.perf_counter(), cpu - time.process_time()
        insert(target, batches)
        wall, cpu = wall + time.perf_counter(), cpu + time.process_time()
    source.close()
    target.close()
    return wall, cpu


def _compare_search(folder: Path) -> None:
    commands = _commands()
    rounds = [
        {name: cost_of(command, folder=folder) for name, command in commands.items()} for _ in range(_ROUNDS)
    ]
    start = [each["python -c pass"] for each in rounds]
    print_table(
        [f"a whole process, best / median of {_ROUNDS}", "CPU", "wall", "over a bare start", "answer"],
        [_row(name, [each[name] for each in rounds], start) for name in commands],
    )
    for phrase in _PHRASES:
        took = [each[f"search {phrase}"].cpu_seconds for each in rounds]
        promise(f"seconds of CPU, search {phrase}", median(took), at_most=1)
    promise("seconds of CPU, --help", median(each["--help"].cpu_seconds for each in rounds), at_most=0.3)


def _row(name: str, costs: Sequence[Cost], start: Sequence[Cost]) -> list[object]:
    ratios = (cost.cpu_seconds / bare.cpu_seconds for cost, bare in zip(costs, start, strict=True))
    answer = costs[0].stdout.partition("\n")[0].partition(" for ")[0][:16]
    return [
        name,
        spread((cost.cpu_seconds for cost in costs), " s"),
        spread((cost.wall_seconds for cost in costs), " s"),
        spread(ratios),
        answer,
    ]


def _commands() -> dict[str, list[str]]:
    python = [sys.executable, "-c"]
    phrase = _PHRASES[-1]
    return {
        "python -c pass": [*python, "pass"],
        f"sqlite3 {phrase}": [*python, _RAW.format(match=phrase)],
        "--help": [*_TEARSHEET, "--help"],
        **{f"search {phrase}": [*_TEARSHEET, "search", phrase] for phrase in _PHRASES},
        "search extradit*": [*_TEARSHEET, "search", "extradit*"],
        "search boolean": [*_TEARSHEET, "search", "(extradit* OR deport*) AND judge -appeal"],
        "search --facets": [*_TEARSHEET, "search", "lang:es", "--facets"],
        "search --count": [*_TEARSHEET, "search", phrase, "--count"],
    }


if __name__ == "__main__":
    main()
