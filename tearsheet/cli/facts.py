"""How the facts of an article are told."""

from collections.abc import Iterator

from rich.text import Text

from pipeline.facts import Facts
from tearsheet.cli.output import shown

__all__ = ["facts_by_sentence"]


def facts_by_sentence(facts: Facts) -> Iterator[Text]:
    """Yield what each sentence says, then the sentence, with the words that say it highlighted.

    >>> from pipeline.facts import Fact
    >>> sentence = "Peru sent two men."
    >>> facts = Facts(from_country=Fact("PE", "Peru", sentence), count=Fact(2, "two men", sentence))
    >>> [line.plain for line in facts_by_sentence(facts)]
    ['from PE, count 2: Peru sent two men.']
    """
    sentences: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    for name, fact in facts.named():
        sentences.setdefault(fact.sentence, []).append(f"{name} {fact.value}")
        words.setdefault(fact.sentence, []).append(shown(fact.words))
    for sentence, told in sentences.items():
        said = Text(shown(sentence), style="dim")
        said.highlight_words(words[sentence], style="not dim bold yellow")
        yield Text(shown(", ".join(told)), style="cyan").append(": ").append_text(said)
