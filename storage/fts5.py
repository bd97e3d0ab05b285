"""Trees of words -> the syntax of SQLite's full-text index; every word in it is quoted."""

from collections.abc import Sequence

from pipeline.syntax import And, Node, Not, Or, Scope, Text

__all__ = ["fts5"]


def fts5(tree: Node) -> str:
    """Return the expression that finds what the tree does.

    A tree of Text, Or, and And of which at least one part is not a Not: the index cannot look for what is not
    there.

    >>> fts5(And((Text(("capo",)), Not(Or((Text(("c", "4")), Text(("jef",), Scope.TITLE, prefix=True)))))))
    '("capo" NOT ("c 4" OR title : "jef" *))'
    """
    match tree:
        case Text():
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


def _term(text: Text) -> str:
    phrase = '"' + " ".join(text.words).replace('"', '""') + '"'
    column = "title : " if text.scope is Scope.TITLE else ""
    return column + phrase + (" *" if text.prefix else "")
