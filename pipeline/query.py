"""The query language: text -> syntax tree, and the tree applied to one article.

    query     either
    either    every (OR every)*
    every     one (AND? one)*                    words side by side must all be there
    one       NOT one | -one | close
    close     some (NEAR some)?                   NEAR/5: at most five words between, in either order
    some      (either) | field some | =phrase | =word | phrase | word
    phrase    "..." or “...” or «...»            an open quote closes at the end
    word      letters and digits; with a star at its end (three letters or more), the beginning of a word
    field     title: source: lang: author: url: watch: story: fate: after: before:
              group: person: mechanism: stage:    what the article says of a move

Case and accents do not matter; operators are written in capitals. A word with punctuation inside is a phrase
of its parts. Dates are days in UTC (2025, 2025-08, 2025-08-12) or times ago (12h, 7d, 2w). A pasted address
searches for that address. Punctuation that stands alone is ignored, and so is a parenthesis that closes
nothing; one left open closes at the end. A field before a parenthesis holds for every word inside. NEAR alone
is NEAR/10; it stands between words and phrases, or several of them with OR in parentheses. Behind = a word or
phrase is meant as it is written: whole words with their case and accents, whatever punctuation is between.

>>> parse('extradición -"El Mayo"')
And(parts=(Text(words=('extradicion',), scope=<Scope.ALL: 'all'>, prefix=False), Not(part=Text(words=('el', \
'mayo'), scope=<Scope.ALL: 'all'>, prefix=False))))
>>> parse("C-4")
Text(words=('c', '4'), scope=<Scope.ALL: 'all'>, prefix=False)
>>> parse("capo NEAR/5 extradit*")
Near(left=Text(words=('capo',), scope=<Scope.ALL: 'all'>, prefix=False), right=Text(words=('extradit',), \
scope=<Scope.ALL: 'all'>, prefix=True), between=5)
>>> parse('="El Mayo"')
Exact(words=('El', 'Mayo'), scope=<Scope.ALL: 'all'>)
>>> parse("lang:ES OR title:extradit*")
Or(parts=(Field(name=<FieldName.LANG: 'lang'>, value='es'), Text(words=('extradit',), scope=<Scope.TITLE: \
'title'>, prefix=True)))
>>> parse("after:2025-08")
Published(bound=<Bound.AFTER: 'after'>, at=datetime.datetime(2025, 8, 1, 0, 0, tzinfo=datetime.timezone.utc))
>>> parse("  ")
Everything()
>>> parse("capos AND")
Traceback (most recent call last):
    ...
pipeline.errors.QueryError: AND needs something after it; write it in small letters to search for the word \
(at character 7 of 'capos AND')
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from pipeline.errors import QueryError
from pipeline.matching import Matcher, found, matches
from pipeline.syntax import (
    And,
    Bound,
    Everything,
    Exact,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Published,
    Scope,
    Text,
)
from pipeline.tokens import TITLE, Kind, Token, tokens
from pipeline.values import UnknownValueError, field_value, instant
from pipeline.words import fold, words, written

__all__ = ["Matcher", "found", "matches", "parse"]

MAX_CHARACTERS = 4096
MAX_TERMS = 200
MAX_DEPTH = 32
MIN_PREFIX = 3
MAX_BETWEEN = 50
USUALLY_BETWEEN = 10

_NEAR = re.compile(r"NEAR(?:/(?P<between>[0-9]{1,4}))?")
_STAR = re.compile(r"[^\W_]\*\W*$")


def parse(text: str, *, now: datetime | None = None) -> Node:
    """Return the tree of what a person typed, or raise QueryError, which says where and what to do.

    ``now`` (aware) is what times such as ``7d`` count from; without it they are refused.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"a search has at most {MAX_CHARACTERS} characters, this one has {len(text)}; shorten it"
        raise QueryError(message, query=text[:40] + "…", position=MAX_CHARACTERS)
    return _Parser(text, now).tree()


class _Parser:
    """Recursive descent over the tokens; a part that holds no word is None until someone needs it."""

    def __init__(self, query: str, now: datetime | None) -> None:
        self._query = query
        self._now = now
        self._tokens = list(tokens(query))
        self._index = 0
        self._depth = 0
        self._term_count = 0

    def tree(self) -> Node:
        return self._either("") or Everything()

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _next(self) -> Token:
        token = self._token
        self._index += token.kind is not Kind.END
        return token

    def _fail(self, message: str, token: Token) -> NoReturn:
        raise QueryError(message, query=self._query, position=token.position)

    def _operand(self, part: Node | None, operator: Token, side: str) -> Node:
        if part is None:
            hint = "; write it in small letters to search for the word" if operator.text != "-" else ""
            self._fail(f"{operator.text} needs something {side} it{hint}", operator)
        return part

    def _either(self, field: str) -> Node | None:
        first = self._every(field)
        if self._token.kind is not Kind.OR:
            return first
        parts = [self._operand(first, self._token, "before")]
        while self._token.kind is Kind.OR:
            operator = self._next()
            parts.append(self._operand(self._every(field), operator, "after"))
        return Or(_flat(Or, parts))

    def _every(self, field: str) -> Node | None:
        parts: list[Node] = []
        while self._token.kind not in (Kind.OR, Kind.END):
            if self._token.kind is Kind.CLOSE and self._depth:
                break
            if self._token.kind is Kind.AND:
                self._operand(parts[-1] if parts else None, self._token, "before")
                operator = self._next()
                parts.append(self._operand(self._one(field), operator, "after"))
            elif part := self._one(field):
                parts.append(part)
        return And(_flat(And, parts)) if len(parts) > 1 else next(iter(parts), None)

    def _one(self, field: str) -> Node | None:
        if self._token.kind is Kind.NOT:
            operator = self._next()
            return Not(self._operand(self._nested(self._one, field, operator), operator, "after"))
        first = self._some(field)
        if self._token.kind is not Kind.NEAR:
            return first
        operator = self._next()
        left = self._texts(self._operand(first, operator, "before"), operator)
        right = self._texts(self._operand(self._some(field), operator, "after"), operator)
        if self._token.kind is Kind.NEAR:
            self._fail("NEAR joins two; join the next with AND, as in (a NEAR b) AND (b NEAR c)", self._token)
        return self._near(left, right, operator)

    def _texts(self, part: Node, operator: Token) -> tuple[Text, ...]:
        """Return one side of a NEAR: a text, or those of which any will do."""
        parts = part.parts if isinstance(part, Or) else (part,)
        texts = tuple(each for each in parts if isinstance(each, Text))
        if len(texts) < len(parts):
            self._fail(
                "NEAR stands between words and phrases, or several of them in parentheses with OR", operator
            )
        return texts

    def _near(self, left: tuple[Text, ...], right: tuple[Text, ...], operator: Token) -> Node:
        between = self._between(operator)
        pairs = [Near(one, other, between) for one in left for other in right]
        for pair in pairs:
            if pair.left.scope is not pair.right.scope:
                self._fail("NEAR looks in one place; write title:(a NEAR b)", operator)
        for pair in pairs[len(left) + len(right) - 1 :]:
            self._count(len(pair.left.words) + len(pair.right.words), operator)
        return pairs[0] if len(pairs) == 1 else Or(tuple(pairs))

    def _between(self, operator: Token) -> int:
        said = _NEAR.fullmatch(operator.text)
        if said is None:
            self._fail("NEAR takes a number of words, as in NEAR/5", operator)
        between = int(said["between"] or USUALLY_BETWEEN)
        if between > MAX_BETWEEN:
            self._fail(f"NEAR reaches over at most {MAX_BETWEEN} words; join them with AND", operator)
        return between

    def _some(self, field: str) -> Node | None:
        match self._token.kind:
            case Kind.OPEN:
                return self._group(field)
            case Kind.FIELD:
                return self._value(self._next())
            case Kind.TEXT:
                return self._leaf(self._next(), field)
            case Kind.EXACT:
                return self._exact(self._next(), field)
            case Kind.CLOSE if not self._depth:
                self._next()
        return None

    def _group(self, field: str) -> Node | None:
        opening = self._next()
        part = self._nested(self._either, field, opening)
        if self._token.kind is Kind.CLOSE:
            self._next()
        return part

    def _nested(self, rule: Callable[[str], Node | None], field: str, token: Token) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(
                f"more than {MAX_DEPTH} parentheses and NOTs inside each other; make it flatter", token
            )
        part = rule(field)
        self._depth -= 1
        return part

    def _value(self, field: Token) -> Node:
        part = None
        if self._token.kind is Kind.OPEN:
            part = self._group(field.text)
        elif self._token.kind in (Kind.TEXT, Kind.EXACT):
            part = self._some(field.text)
        if part is None:
            self._fail(f"{field.text}: needs a value", field)
        return part

    def _leaf(self, token: Token, field: str) -> Node | None:
        part: Node | None
        try:
            if field in ("", TITLE):
                part = self._text(token, Scope.TITLE if field else Scope.ALL)
            elif field in tuple(Bound):
                part = Published(Bound(field), instant(token.text, now=self._now))
            else:
                value = field_value(FieldName(field), token.text)
                part = Field(FieldName(field), value) if value else None
        except UnknownValueError as refusal:
            self._fail(str(refusal), token)
        self._count(len(part.words) if isinstance(part, Text) else 1, token)
        return part

    def _exact(self, sign: Token, field: str) -> Exact | None:
        token = self._next()
        if token.kind is not Kind.TEXT:
            self._fail("= needs a word or a phrase in quotes after it", sign)
        if field not in ("", TITLE):
            self._fail(f"= is for the words of an article; {field}: never looks at case or accents", sign)
        if _STAR.search(fold(token.text)):
            self._fail("= takes whole words, without a star", token)
        exact = Exact(tuple(written(token.text)), Scope.TITLE if field else Scope.ALL)
        self._count(len(exact.words), token)
        return exact if exact.words else None

    def _count(self, terms: int, token: Token) -> None:
        self._term_count += terms
        if self._term_count > MAX_TERMS:
            self._fail(f"more than {MAX_TERMS} words; leave some out", token)

    def _text(self, token: Token, scope: Scope) -> Text | None:
        found_words = tuple(words(token.text))
        if not found_words:
            return None
        is_prefix = _STAR.search(fold(token.text)) is not None
        if is_prefix and len(found_words[-1]) < MIN_PREFIX:
            self._fail(f"a star needs {MIN_PREFIX} letters or more before it", token)
        return Text(found_words, scope, is_prefix)


def _flat(kind: type[And] | type[Or], parts: list[Node]) -> tuple[Node, ...]:
    """Return the parts with those of the same kind opened, so that one meaning has one tree."""
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))
