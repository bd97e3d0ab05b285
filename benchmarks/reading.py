"""Reading: its quality and its CPU time, against trafilatura alone on the same pages in the same run.

Quality: ``tearsheet extract --batch`` over the labelled sets, scored by the sets' own scorer. Cost:
``pipeline.steps.read`` with the built-in watches, both sides warmed up, page by page in turn, three rounds.
Promises: F1 no lower than the peer's; at most 1.15 times its CPU time.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.labelled import SETS, LabelledPage, labelled_pages, shared, trafilatura_alone
from benchmarks.measure import noise, print_table, promise, spread
from pipeline.items import Source
from pipeline.judging.loading import builtin_watches
from pipeline.reading.boilerplate import without_clutter
from pipeline.reading.lines import Line
from pipeline.steps import read

_ROUNDS = 3
_COLUMNS = {
    "F1": "F1",
    "acc": "exact",
    "title": "title",
    "auth": "authors",
    "date": "date",
    "dwrong": "wrong date",
}
# Their labels hold the standfirst, which we keep in a field of its own.
_WITH_STANDFIRST = ("fundus", "traf")
_METADATA_SETS = ("traf", "mcdates")
# A page this much worse than the peer's reading of it is counted.
_MUCH = 0.05


def main() -> None:
    print(noise(), end="\n\n")
    sets = {name: labelled_pages(name) for name in SETS}
    worse = [page for name, pages in sets.items() for page in _print_quality(name, pages)]
    for name in _METADATA_SETS:
        _print_quality(name, labelled_pages(name))
    count = sum(map(len, sets.values()))
    promise(f"share of pages worse by more than {_MUCH} F1", len(worse) / count, at_most=0.01)
    _print_lines()
    _print_cost([page for pages in sets.values() for page in pages])


def _print_quality(name: str, pages: list[LabelledPage]) -> list[str]:
    """Print the scores of one set; return the pages that the peer reads much better."""
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = Path(folder, "tearsheet.jsonl"), Path(folder, "trafilatura.jsonl")
        _write(ours, _our_predictions(name, pages, Path(folder, "pages.jsonl")))
        _write(peer, _peer_predictions(pages))
        scores = _scores(name, ours, peer)
        worse = _much_worse(name, ours, peer)
    columns = [key for key in _COLUMNS if key in scores["tearsheet"]]
    rows = [[system, *(scores[system][key] for key in columns)] for system in ("tearsheet", "trafilatura")]
    change = [f"{scores['tearsheet'][key] - scores['trafilatura'][key]:+.3f}" for key in columns]
    title = f"{name} ({len(pages)} pages)"
    print_table([title, *(_COLUMNS[key] for key in columns)], [*rows, ["difference", *change]])
    if "F1" in columns:
        ratio = scores["tearsheet"]["F1"] / scores["trafilatura"]["F1"]
        promise(f"{name}: F1 over the peer's", ratio, at_least=1)
    print()
    return worse


def _our_predictions(name: str, pages: list[LabelledPage], batch: Path) -> Iterator[dict[str, Any]]:
    _write(batch, ({"id": page.id, "url": page.url or "about:blank", "html": page.html} for page in pages))
    command = [sys.executable, "-m", "tearsheet", "extract", "--batch", str(batch)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    for line in map(json.loads, done.stdout.splitlines()):
        parts = [line["standfirst"]] if name in _WITH_STANDFIRST else []
        yield line | {"text": "\n\n".join(filter(None, [*parts, line["text"]]))}


def _peer_predictions(pages: list[LabelledPage]) -> Iterator[dict[str, Any]]:
    for page in pages:
        found = trafilatura_alone(page.html, page.url)
        authors = (found.author or "").split("; ") if found else []
        yield {
            "id": page.id,
            "text": found.text if found else "",
            "title": found.title if found else "",
            "authors": [author for author in authors if author],
            "date": found.date if found else None,
        }


def _write(file: Path, lines: Iterator[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for line in lines:
            print(json.dumps(line), file=out)


def _scores(name: str, *predictions: Path) -> dict[str, dict[str, float]]:
    scorer = shared() / "bench" / "extraction" / "score.py"
    command = [sys.executable, str(scorer), *map(str, predictions), "--set", name, "--json", "--boot", "0"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    scores: dict[str, dict[str, float]] = json.loads(done.stdout)[name]
    return scores


def _much_worse(name: str, ours: Path, peer: Path) -> list[str]:
    scorer = shared() / "bench" / "extraction" / "score.py"
    found: list[dict[str, float]] = []
    for predictions in (ours, peer):
        scored = predictions.with_suffix(".scored")
        command = [sys.executable, str(scorer), str(predictions), "--set", name, "--per-doc", str(scored)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        lines = map(json.loads, scored.read_text(encoding="utf-8").splitlines())
        found.append({line["id"]: line.get("F") or 0.0 for line in lines})
    return [page for page, score in found[0].items() if score < found[1][page] - _MUCH]


def _print_lines() -> None:
    """Print how the clutter rules do on single lines with a line before and after."""
    folder = shared() / "bench" / "extraction" / "clutter"
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as answers:
        for line in map(json.loads, (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()):
            around = (line["before"], line["line"], line["after"])
            lines = [Line(text=text, kind="p", opens=True) for text in around]
            is_cut = any(cut.line == 1 for cut in without_clutter(enumerate(lines)).removed)
            print(json.dumps({"id": line["id"], "label": "clutter" if is_cut else "content"}), file=answers)
        answers.flush()
        command = [sys.executable, str(folder / "score_lines.py"), answers.name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    print(*(line for line in done.stdout.splitlines() if line.startswith(("clutter:", "content:"))), sep="\n")


def _print_cost(pages: list[LabelledPage]) -> None:
    _seconds(pages, is_ours_first=True)
    rounds = [_seconds(pages, is_ours_first=bool(number % 2)) for number in range(_ROUNDS)]
    ratios = [ours / peer for ours, peer in rounds]
    print_table(["CPU time (best / median)", "over trafilatura's"], [["tearsheet, judged", spread(ratios)]])
    promise("CPU time of read() over trafilatura's (median)", median(ratios), at_most=1.15)


def _seconds(pages: list[LabelledPage], *, is_ours_first: bool) -> tuple[float, float]:
    """CPU time of one round for us and for the peer; each page is read by both in turn."""
    now, watches, source = datetime.now(UTC), builtin_watches(), Source(name="benchmark")
    ours = peer = 0.0
    for page in pages:
        fetched = page.as_page(now)
        for is_ours in (is_ours_first, not is_ours_first):
            began = time.process_time()
            if is_ours:
                read(fetched, source=source, watches=watches)
                ours += time.process_time() - began
            else:
                trafilatura_alone(page.html, page.url)
                peer += time.process_time() - began
    return ours, peer


if __name__ == "__main__":
    main()
