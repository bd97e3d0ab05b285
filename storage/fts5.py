"""Trees of words -> the syntax of SQLite's full-text index; every word in it is quoted."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.syntax import And, Exact, Near, Node, Not, Or, Scope, Sought, Text

__all__ = ["Label", "fts5"]


@dataclass(frozen=True, slots=True)
class Label(Text):
    """A word by which the index tells of an article what is not in its texts."""


def fts5(tree: Node) -> str:
    """Return the expression that finds what the tree does, or more: see ``storage.search.verified``.

    A tree of Sought, Or, and And of which at least one part is not a Not: the index cannot look for what is
    not there.

    >>> fts5(And((Text(("capo",)), Not(Or((Text(("c", "4")), Text(("jef",), Scope.TITLE, prefix=True)))))))
    '("capo" NOT ("c 4" OR title : "jef" *))'
    >>> fts5(Near(Text(("cartel",)), Text(("sinal",), prefix=True), 5))
    'NEAR("cartel" "sinal" *, 5)'
    """
    match tree:
        case Text() | Exact() | Near():
            return _term(tree)
        case Or(parts):
            return _joined("OR", [fts5(part) for part in parts])
        case And(parts):
            present = _joined("AND", [fts5(part) for part in parts if not isinstance(part, Not)])
            absent = [fts5(part.part) for part in parts if isinstance(part, Not)]
            return f"({present} NOT {_joined('OR', absent)})" if absent else present
    raise TypeError(f"{tree!r} holds more than words")


def _joined(operator: str, matches: Sequence[str]) -> str:
    return matches[0] if len(matches) == 1 else f"({f' {operator} '.join(matches)})"


def _term(sought: Sought) -> str:
    if isinstance(sought, Label):
        return f"labels : {_phrase(sought)}"
    column = "title : " if sought.scope is Scope.TITLE else ""
    if isinstance(sought, Near):
        return f"{column}NEAR({_phrase(sought.left)} {_phrase(sought.right)}, {sought.between})"
    return column + _phrase(sought.folded if isinstance(sought, Exact) else sought)


def _phrase(text: Text) -> str:
    return '"' + " ".join(text.words).replace('"', '""') + '"' + (" *" if text.prefix else "")
