"""The built-in watch on labelled texts, on ordinary news, and on the clock; its facts against the ledger.

The rules were written with the open and the tuning texts in view: only the unseen ones show how well they do
on others. On the open set the threshold is cross-validated too: chosen on all other events, applied to one.
"""

import importlib.util
import json
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.labelled import shared
from benchmarks.measure import print_table, promise
from pipeline.items import Article
from pipeline.judging.facts import facts_of
from pipeline.judging.loading import builtin_watches, load_watch
from pipeline.judging.plain import article_from_text
from pipeline.judging.scoring import Evaluation, Labelled, evaluate
from pipeline.judging.watch import Watch, judge, verdicts
from pipeline.steps import judged

_TESTS = Path(__file__).parents[1] / "tests"
_EVENTS = _TESTS / "pipeline" / "judging" / "facts" / "open_events.toml"
_FIELDS = ("mechanism", "stage", "from_country", "to_country", "count")
_KEYS = ("mechanism", "stage", "from", "to", "number")
_BASELINE = "cartel* AND extradit*"
_ORDINARY, _SEEDS = 2_500, (1, 2)
_HARD = ("hn_cartel_no_extradition", "hn_extradition_no_cartel")
_ROUNDS = 5


def main() -> None:
    (watch,) = builtin_watches()
    baseline = load_watch("baseline", {"query": _BASELINE}, "benchmark")
    open_set = _labelled(shared() / "bench" / "relevance" / "open.jsonl")
    unseen = _labelled(_TESTS / "labelled" / "unseen.jsonl")
    sets = {"open": open_set, "tuning": _labelled(_TESTS / "labelled" / "tuning.jsonl"), "unseen": unseen}
    rows = [
        _row(f"{name} ({len(texts)}), {who.name}", evaluate(texts, who))
        for name, texts in sets.items()
        for who in (baseline, watch)
        if texts
    ]
    cross = _cross_validated(open_set, watch)
    rows.append(["open, threshold cross-validated by event", *_scores(cross), "", "", ""])
    print_table(["texts", "precision", "recall", "F1", "AP", "en F1", "es F1"], rows)
    _promise_scores("unseen" if unseen else "open", evaluate(unseen or open_set, watch))
    _promise_kinds(evaluate(open_set, watch))
    ordinary = [*_ordinary(), *_everyday()]
    _promise_silence(ordinary, watch)
    _promise_fields(watch)
    _promise_time([*ordinary, *map(_article, open_set)], watch)


def _labelled(file: Path) -> list[Labelled]:
    keys = ("id", "lang", "title", "text", "label", "kind")
    return [Labelled(**{key: record.get(key, "") for key in keys}) for record in _records(file)]


def _records(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _article(text: Labelled) -> Article:
    return article_from_text(title=text.title, text=text.text, language=text.lang)


def _row(name: str, found: Evaluation) -> list[object]:
    languages = [found.by_language[each].f1 if each in found.by_language else "" for each in ("en", "es")]
    return [name, found.precision, found.recall, found.f1, found.average_precision, *languages]


def _cross_validated(texts: Sequence[Labelled], watch: Watch) -> list[tuple[bool, bool]]:
    """Return for each text whether it is wanted, and whether a threshold chosen without its event says so."""
    scores = [judge(_article(text), [watch])[0].score for text in texts]
    wanted = [text.label == "relevant" for text in texts]
    events: defaultdict[str, list[int]] = defaultdict(list)
    for place, event in enumerate(_events(texts)):
        events[event].append(place)
    verdict: dict[int, bool] = {}
    for places in events.values():
        others = [place for place in range(len(texts)) if place not in places]
        threshold = _best_threshold([(scores[place], wanted[place]) for place in others])
        verdict |= {place: scores[place] >= threshold for place in places}
    return [(wanted[place], verdict[place]) for place in range(len(texts))]


def _events(texts: Sequence[Labelled]) -> Iterator[str]:
    """Yield what each text tells of: an event of the ledger, or what its twin in the other language tells."""
    events = tomllib.loads(_EVENTS.read_text(encoding="utf-8"))
    for text in texts:
        yield events[text.id]["event"] if text.id in events else f"{text.kind} {text.id[-3:]}"


def _best_threshold(scored: Sequence[tuple[float, bool]]) -> float:
    """Return the middle of the thresholds with the highest F1."""
    steps = [step / 100 for step in range(5, 95)]
    figures = [_scores([(is_wanted, score >= step) for score, is_wanted in scored])[2] for step in steps]
    best = [step for step, figure in zip(steps, figures, strict=True) if figure == max(figures)]
    return best[len(best) // 2]


def _scores(pairs: Sequence[tuple[bool, bool]]) -> tuple[float, float, float]:
    hits = sum(wanted and found for wanted, found in pairs)
    precision = hits / max(1, sum(found for _, found in pairs))
    recall = hits / max(1, sum(wanted for wanted, _ in pairs))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _promise_scores(name: str, found: Evaluation) -> None:
    promise(f"F1, {name}", found.f1, at_least=0.92)
    promise(f"precision, {name}", found.precision, at_least=0.9)
    promise(f"recall, {name}", found.recall, at_least=0.9)
    promise(f"average precision, {name}", found.average_precision, at_least=0.96)
    for language, scores in found.by_language.items():
        promise(f"F1 of {language}, {name}", scores.f1, at_least=0.88)


def _promise_kinds(found: Evaluation) -> None:
    hard = [found.by_kind[kind] for kind in _HARD]
    wrong = sum(each.count - each.right for each in hard)
    promise(f"hard negatives wrong, of {sum(each.count for each in hard)}", wrong, at_most=1)
    without = found.by_kind["pos_no_keyword"]
    promise(f"without either keyword right, of {without.count}", without.right, at_least=3)


def _promise_silence(ordinary: Sequence[Article], watch: Watch) -> None:
    alarms = [article.title for article in ordinary if judge(article, [watch])[0].relevant]
    for title in alarms[:5]:
        print(f"false alarm: {title}")
    share = 100 * len(alarms) / len(ordinary)
    promise(f"false alarms among {len(ordinary):,} ordinary articles, percent", share, at_most=0.2)


def _ordinary() -> Iterator[Article]:
    """Yield made-up news of every topic of the corpus maker but the watched one."""
    maker = _maker()
    topics = [topic for topic in maker.TOPICS if topic != "extradition"]
    for seed in _SEEDS:
        for number in range(_ORDINARY // len(_SEEDS)):
            language, chance = ("en", "es")[number % 2], maker.R(seed, 77, number)
            event = maker.Event(chance, number, language, topics[number % len(topics)])
            title = maker.headline(chance, event, language)
            text = "\n\n".join(maker.body(chance, event, language, chance.int(7, 26)))
            yield article_from_text(title=title, text=text, language=language)


def _maker() -> ModuleType:
    file = shared() / "bench" / "dedup" / "make_corpus.py"
    spec = importlib.util.spec_from_file_location("make_corpus", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _everyday() -> list[Article]:
    return [_article(text) for text in _labelled(_TESTS / "labelled" / "everyday.jsonl")]


def _promise_fields(watch: Watch) -> None:
    """Compare the facts of texts that tell an event of the ledger with what they say."""
    sets = {
        "open": _open_truths(),
        "tuning": _own_truths("tuning"),
        "fields, held out": _own_truths("fields")[::2],
        "moves, held out": _own_truths("moves-held"),
        "others, held out": _own_truths("others-held"),
        "unseen": _own_truths("unseen"),
    }
    for name, truths in sets.items():
        if truths:
            _promise_facts(name, truths, watch)


def _promise_facts(name: str, truths: Sequence[tuple[Article, dict[str, object]]], watch: Watch) -> None:
    tallies = {field: [0, 0, 0] for field in _FIELDS}
    for article, truth in truths:
        (verdict,) = verdicts(article, [watch])
        assert verdict.finding is not None
        facts = facts_of(verdict.finding, article.language)
        for field, tally in tallies.items():
            should, fact = truth[field], getattr(facts, field)
            tally[0] += should is not None
            tally[1] += should is not None and fact is not None and fact.value == should
            tally[2] += fact is not None and fact.value != should
    rows = [[field, *tally] for field, tally in tallies.items()]
    print_table([f"fields, {name} ({len(truths)} texts)", "stated", "right", "wrong"], rows)
    stated, right, wrong = map(sum, zip(*tallies.values(), strict=True))
    promise(f"fields right, of those stated, {name}", right / stated, at_least=0.9)
    promise(f"fields wrong, of those stated, {name}", wrong / stated, at_most=0.03)


def _open_truths() -> list[tuple[Article, dict[str, object]]]:
    texts = {text.id: text for text in _labelled(shared() / "bench" / "relevance" / "open.jsonl")}
    ledger = json.loads((shared() / "topic" / "ledger.json").read_text(encoding="utf-8"))["events"]
    events = {event["id"]: event for event in ledger}
    said = tomllib.loads(_EVENTS.read_text(encoding="utf-8"))
    return [(_article(texts[name]), _said(truth, events[truth["event"]])) for name, truth in said.items()]


def _own_truths(name: str) -> list[tuple[Article, dict[str, object]]]:
    records = _records(_TESTS / "labelled" / f"{name}.jsonl")
    return [
        (
            article_from_text(title=record["title"], text=record["text"], language=record["lang"]),
            {field: record["facts"].get(key) or None for field, key in zip(_FIELDS, _KEYS, strict=True)},
        )
        for record in records
        if record.get("facts")
    ]


def _said(truth: dict[str, Any], event: dict[str, Any]) -> dict[str, object]:
    return {
        "mechanism": truth["mechanism"] or None,
        "stage": truth["stage"],
        "from_country": None if "from" in truth.get("unsaid", ()) else event["from_country"],
        "to_country": event["to_country"],
        "count": event["count"],
    }


def _promise_time(articles: Sequence[Article], watch: Watch) -> None:
    began = time.process_time()
    for _ in range(_ROUNDS):
        for article in articles:
            judged(article, [watch])
    each = 1000 * (time.process_time() - began) / len(articles) / _ROUNDS
    words = sum(len(article.text.split()) for article in articles) / len(articles)
    promise(f"ms of CPU to judge an article of {words:.0f} words and read its facts", each, at_most=2)


if __name__ == "__main__":
    main()
