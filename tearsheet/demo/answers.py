"""What a site says to one request: values, made from a page and the request's headers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

__all__ = ["Answer", "conditional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP response."""

    status: int = HTTPStatus.OK
    headers: Mapping[str, str]
    pieces: tuple[bytes, ...]
    """The body, written piece by piece."""
    pause_seconds: float = 0.0
    """After each piece."""
    is_declared: bool = True
    """Its length is sent in advance; otherwise the body is sent in chunks."""

    @property
    def length(self) -> int:
        """The body's length in bytes."""
        return sum(map(len, self.pieces))


NOT_FOUND = Answer(
    status=HTTPStatus.NOT_FOUND,
    headers={"Content-Type": "text/html; charset=utf-8"},
    pieces=(b"<!doctype html><title>404</title><h1>Not found</h1>",),
)


def answer_from_body(body: bytes, *, status: int, headers: Mapping[str, str]) -> Answer:
    """Return the answer with this body; status 200 carries an ETag made from it, or the headers' own."""
    if status == HTTPStatus.OK and "ETag" not in headers:
        headers = {**headers, "ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"'}
    return Answer(status=status, headers=headers, pieces=(body,) if body else ())


def conditional(answer: Answer, asked: Mapping[str, str]) -> Answer:
    """Return the 304 that a client with these lower-case headers is owed, else the answer itself."""
    if answer.status != HTTPStatus.OK or not _is_unchanged(answer.headers, asked):
        return answer
    kept = {name: answer.headers[name] for name in ("ETag", "Last-Modified") if name in answer.headers}
    return Answer(status=HTTPStatus.NOT_MODIFIED, headers=kept, pieces=())


def _is_unchanged(headers: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """RFC 9110, 13.2.2: If-Modified-Since counts only where there is no If-None-Match."""
    if "if-none-match" in asked:
        known = {tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")}
        return "ETag" in headers and bool({"*", headers["ETag"]} & known)
    if "if-modified-since" not in asked or "Last-Modified" not in headers:
        return False
    since = parsedate_to_datetime(asked["if-modified-since"])
    return parsedate_to_datetime(headers["Last-Modified"]) <= since
