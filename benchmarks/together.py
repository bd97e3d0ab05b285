"""Writers and readers of one corpus at once: how much each gets done, and that none is told it is locked.

Two writers (one like a crawl, article by article; one like an import, a hundred at a time) and three readers
(search, counting by day, export), each a process of its own, for as long as is said. Promise: no "locked"
error, file and index sound, every article there that a writer was told is stored.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count

from benchmarks.measure import noise, print_table, promise
from pipeline.errors import StorageError
from pipeline.items import Article, ChannelKind, Decision, Fate
from pipeline.linking.fingerprints import text_hash
from pipeline.urls import url_key
from storage import Corpus
from storage.articles import Articles
from storage.check import check

_SECONDS = 60.0
_ROLES = ("writer-one", "writer-hundred", "search", "timeline", "export")
_WORDS = "harbor judge prison flight cartel extradition treaty court morning witness river bridge".split()


def main() -> None:
    """Let all of them work, then count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    parser.add_argument("--be", choices=_ROLES, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.be:
        print(json.dumps(_worked(options.be, options.url, options.seconds)))
        return
    print(noise())
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tearsheet.db"
        with Corpus.open(url, write=True) as corpus:
            _store(corpus, "before", range(500))
        done = _all_at_once(url, options.seconds)
        stored = sum(role["stored"] for role in done.values())
        with Corpus.open(url, write=True) as corpus:
            missing = 500 + stored - corpus.count(include_copies=True)
            faults = [finding.what for finding in check(corpus) if finding.is_urgent]
    print_table(
        ("role", "rounds", "articles stored", "slowest round, ms", "locked"),
        [
            (name, role["rounds"], role["stored"], role["slowest_ms"], len(role["errors"]))
            for name, role in done.items()
        ],
    )
    for error in {error for role in done.values() for error in role["errors"]} | set(faults):
        print(f"  {error}")
    promise('"locked" errors', sum(len(role["errors"]) for role in done.values()), at_most=0)
    promise("articles missing of those stored", missing, at_most=0)
    promise("faults of file and index", len(faults), at_most=0)


def _all_at_once(url: str, seconds: float) -> dict[str, dict[str, object]]:
    command = [sys.executable, "-m", "benchmarks.together", "--url", url, "--seconds", str(seconds), "--be"]
    running = {role: subprocess.Popen([*command, role], stdout=subprocess.PIPE, text=True) for role in _ROLES}
    done = {}
    for role, process in running.items():
        out, _ = process.communicate()
        if process.returncode:
            sys.exit(f"{role} ended with {process.returncode}")
        done[role] = json.loads(out)
    return done


def _worked(role: str, url: str, seconds: float) -> dict[str, object]:
    """Be one of them until the time is over; every error of the corpus is counted, and the work goes on."""
    stored, rounds, slowest, errors = 0, 0, 0.0, []
    end = time.perf_counter() + seconds
    with Corpus.open(url, write=role.startswith("writer")) as corpus:
        for work in _rounds(role, corpus):
            begun = time.perf_counter()
            if begun > end:
                break
            try:
                stored += work()
            except StorageError as error:
                errors.append(str(error))
            rounds += 1
            slowest = max(slowest, time.perf_counter() - begun)
    return {"rounds": rounds, "stored": stored, "slowest_ms": round(slowest * 1000), "errors": errors}


def _rounds(role: str, corpus: Corpus) -> Iterator[Callable[[], int]]:
    """Yield one piece of work after the other; each returns how many articles it has stored."""
    size = 100 if role == "writer-hundred" else 1
    for number in count():
        match role:
            case "search":
                word = _WORDS[number % len(_WORDS)]
                yield lambda word=word: len(corpus.search(word).articles) * 0
            case "timeline":
                yield lambda: len(corpus.timeline("judge")) * 0
            case "export":
                yield lambda: sum(1 for _ in corpus.export("court")) * 0
            case _:
                numbers = range(number * size, (number + 1) * size)
                yield lambda numbers=numbers: _store(corpus, role, numbers)


def _store(corpus: Corpus, who: str, numbers: range) -> int:
    articles = Articles(corpus)
    with corpus.write():
        for number in numbers:
            articles.store(_article(who, number), Decision(fate=Fate.NEW, rule="new", keep=True))
    return len(numbers)


def _article(who: str, number: int) -> Article:
    words = [_WORDS[(number * 7 + place * (number % 5 + 1)) % len(_WORDS)] for place in range(200)]
    url, text = f"https://{who}.example/{number}", f"Number {number} of {who}: {' '.join(words)}."
    return Article(
        url=url,
        url_key=url_key(url),
        source=who,
        channel=ChannelKind.IMPORT,
        title=f"Number {number}",
        text=text,
        text_hash=text_hash(text),
        seen_at=datetime.now(UTC),
    )


if __name__ == "__main__":
    main()
