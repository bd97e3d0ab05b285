"""Sites that mean harm, behind a proxy on loopback: what crawlers must survive, and listeners none may reach."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from http import HTTPStatus
from itertools import chain, count, repeat
from socketserver import BaseRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import brotli
import zstandard

from tests.tearsheet.harbor import feed, page

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml"
BIG = 400_000_000
_CHUNK = b"<p>x " * 13_000

Answer = Callable[[], Iterable[bytes]]
"""Gives the raw bytes of an answer, head and body, piece by piece."""


def answer(body: bytes | str = b"", content_type: str = HTML, *, status: int = 200, **headers: str) -> Answer:
    """Return an honest answer; a ``_`` in the name of a header stands for ``-``."""
    content = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": content_type, "Content-Length": str(len(content))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return lambda: (_head(named, status), content)


def redirect(to: str) -> Answer:
    return answer(status=302, Location=to)


def endless(start: bytes, piece: bytes, content_type: str = HTML, *, length: int | None = None) -> Answer:
    """Return an answer that goes on until it is cut off, or until ``length`` bytes that it announces."""
    headers = {"Content-Type": content_type} | ({"Content-Length": str(length)} if length else {})
    pieces = repeat(piece) if length is None else repeat(piece, length // len(piece))
    return lambda: chain((_head(headers, 200), start), pieces)


CODINGS = ("gzip", "deflate", "br", "zstd")
_BOMB_MEGABYTES = 200


def squeezed(start: bytes, filler: bytes, content_type: str = HTML, *, coding: str = "gzip") -> Answer:
    """Return a bomb: 200 MB of filler in a few hundred kB or less, by a content coding of HTTP."""
    return answer(
        _bomb(start, filler * (1_000_000 // len(filler)), coding), content_type, Content_Encoding=coding
    )


def _bomb(start: bytes, megabyte: bytes, coding: str) -> bytes:
    if coding == "gzip":
        # Members of one stream: a million bytes are squeezed once.
        return gzip.compress(start) + gzip.compress(megabyte) * _BOMB_MEGABYTES
    if coding == "br":
        press = brotli.Compressor(quality=5)
        return b"".join([*map(press.process, _pieces(start, megabyte)), press.finish()])
    stream = zlib.compressobj() if coding == "deflate" else zstandard.ZstdCompressor().compressobj()
    return b"".join([*map(stream.compress, _pieces(start, megabyte)), stream.flush()])


def _pieces(start: bytes, megabyte: bytes) -> Iterator[bytes]:
    return chain((start,), repeat(megabyte, _BOMB_MEGABYTES))


def entities(root: str) -> str:
    """Return an XML document whose one word unfolds to a thousand million."""
    names = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY e0 "ha">{"".join(names)}]><{root}>&e9;</{root}>'


def _head(headers: dict[str, str], status: int) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Connection: close"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()


def dripping(start: bytes) -> Answer:
    """Return an answer that never ends and never falls silent."""
    return lambda: chain((start,), _drip())


def _drip() -> Iterator[bytes]:
    pause = threading.Event()
    for number in count():
        pause.wait(0.1)
        yield b"x" if number % 2 else b" "


class Proxy:
    """A proxy on 127.0.0.1 that resolves names itself, to the answers it was given; 404 otherwise."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self._server = _Server(("127.0.0.1", 0), _exchange(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def paper(self, host: str, stories: int) -> None:
        """Publish a paper with a feed of articles at /a0, /a1, ..."""
        for number in range(stories):
            self.answers[f"http://{host}/a{number}"] = answer(page(number))
        urls = [f"http://{host}/a{number}" for number in range(stories)]
        self.answers[f"http://{host}/feed"] = answer(feed(urls), RSS)

    def hosts(self) -> set[str]:
        """Every host that was asked for."""
        return {urlsplit(url).hostname or "" for url in self.asked}


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


def _exchange(proxy: Proxy) -> type[BaseRequestHandler]:
    class Exchange(BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            head = self.request.makefile("rb").readline().split()
            if len(head) < 2:
                return
            url = head[1].decode("latin-1")
            proxy.asked.append(url)
            pieces = proxy.answers.get(url, answer("nothing here", status=404))()
            try:
                for piece in pieces:
                    self.request.sendall(piece)
            except OSError:
                return  # cut off, as it should be

    return Exchange


class Forbidden:
    """Listens on one port of 127.0.0.1 and of [::1], and counts who connects."""

    def __init__(self) -> None:
        self._sockets = [_listening(socket.AF_INET, "127.0.0.1", 0)]
        self.port: int = self._sockets[0].getsockname()[1]
        if socket.has_ipv6:
            with suppress(OSError):  # a machine may know IPv6 and not speak it
                self._sockets.append(_listening(socket.AF_INET6, "::1", self.port))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for listening in self._sockets:
            listening.close()

    def connections(self) -> int:
        """Take up and count every connection that was made."""
        return sum(1 for listening in self._sockets for _ in _accepted(listening))


def _listening(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listening = socket.socket(family)
    listening.bind((host, port))
    listening.listen(64)
    listening.setblocking(False)
    return listening


def _accepted(listening: socket.socket) -> Iterator[None]:
    while True:
        try:
            listening.accept()[0].close()
        except BlockingIOError:
            return
        yield
