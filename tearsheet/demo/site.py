"""A real web site on loopback, built answer by answer; it remembers what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from types import MappingProxyType, TracebackType
from typing import Self

from tearsheet.demo.answers import NOT_FOUND, Answer, answer_from_body, conditional
from tearsheet.demo.server import Server

__all__ = ["Request", "Site"]

_HTML = "text/html; charset=utf-8"
_FLOOD = b"<p>There is no end to this page.</p>\n" * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, as it came in."""

    method: str
    path: str
    """With its query, as sent."""
    headers: Mapping[str, str]
    """By lower-case name."""
    at: datetime
    """UTC."""


class Site:
    """A site on a free port of 127.0.0.1, up from construction until it is closed.

    Paths are matched with their query first and without it second; what is not there answers 404. A later
    call for a path replaces the earlier one, also while clients are asking.
    """

    def __init__(self) -> None:
        self._answers: dict[str, Answer | None] = {}
        self._requests: list[Request] = []
        self._server = Server(self._respond)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving; every thread is joined and every socket closed."""
        self._server.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def url(self, path: str) -> str:
        """Return the absolute address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, oldest first."""
        return tuple(self._requests)

    def page(
        self,
        path: str,
        body: str | bytes,
        *,
        content_type: str = _HTML,
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        last_modified: datetime | None = None,
    ) -> None:
        """Serve a body (text is sent as UTF-8) with an ETag, honouring conditional requests."""
        sent = {"Content-Type": content_type}
        if last_modified is not None:
            sent["Last-Modified"] = format_datetime(last_modified.astimezone(UTC), usegmt=True)
        content = body.encode() if isinstance(body, str) else body
        self._answers[path] = answer_from_body(content, status=status, headers={**sent, **(headers or {})})

    def redirect(self, path: str, to: str, *, status: int = HTTPStatus.FOUND) -> None:
        """Send clients on to an address or a path."""
        self._answers[path] = Answer(status=status, headers={"Location": to}, pieces=())

    def drip(
        self, path: str, body: str, *, pieces: int = 10, pause_seconds: float = 0.1, content_type: str = _HTML
    ) -> None:
        """Serve a body slowly: in this many pieces, with a pause after each."""
        content = body.encode()
        size = -(-len(content) // pieces) or 1
        self._answers[path] = Answer(
            headers={"Content-Type": content_type},
            pieces=tuple(content[start : start + size] for start in range(0, len(content), size)),
            pause_seconds=pause_seconds,
        )

    def drop(self, path: str) -> None:
        """Close the connection without an answer."""
        self._answers[path] = None

    def flood(self, path: str, size: int, *, is_declared: bool = False) -> None:
        """Stream an HTML body of this many bytes, without its length in advance unless declared."""
        whole, rest = divmod(size, len(_FLOOD))
        pieces = (_FLOOD,) * whole + ((_FLOOD[:rest],) if rest else ())
        self._answers[path] = Answer(headers={"Content-Type": _HTML}, pieces=pieces, is_declared=is_declared)

    def forget(self, path: str) -> None:
        """Answer 404 from now on; a path that was never there may be forgotten too."""
        self._answers.pop(path, None)

    def _respond(self, method: str, path: str, headers: Mapping[str, str]) -> Answer | None:
        request = Request(
            method=method, path=path, headers=MappingProxyType(dict(headers)), at=datetime.now(UTC)
        )
        self._requests.append(request)
        answer = self._answers.get(path, self._answers.get(path.partition("?")[0], NOT_FOUND))
        return conditional(answer, headers) if answer else None
