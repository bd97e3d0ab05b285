"""The HTTP/1.1 server under a site: one thread per connection, all of them joined at the end."""

import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread
from typing import Any

from tearsheet.demo.answers import Answer

__all__ = ["Server"]

Respond = Callable[[str, str, Mapping[str, str]], Answer | None]
"""Method, path and lower-case headers -> the answer; None closes the connection without one."""


class Server(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1 from construction until ``stop``."""

    # Joined by server_close(): nothing outlives stop().
    daemon_threads = False
    # The default of 5 makes a busy crawler's connections wait for a second.
    request_queue_size = 128

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.closing = Event()
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(("127.0.0.1", 0), _Exchange)
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, name="demo-site")
        self._thread.start()

    def stop(self) -> None:
        """End every exchange, also a slow one, join every thread and close every socket."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._connections:
                _wake(connection)
        self.server_close()

    def server_bind(self) -> None:
        """Bind without the look-up of the machine's name, which may ask the network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that ``stop`` can wake a thread that waits on it."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that went away; anything else is a fault of the site and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Exchange(BaseHTTPRequestHandler):
    """One connection's requests, answered in turn."""

    server: Server
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes; Nagle's wait between them costs 40 ms a page.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.respond(self.command, self.path, headers)
        if answer is None:
            self.close_connection = True
            return
        self._send_head(answer)
        if self.command != "HEAD":
            self._send_body(answer)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Say nothing: the site keeps a log of its own."""

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not answer.is_declared:
            self.send_header("Transfer-Encoding", "chunked")
        elif answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(answer.length))
        self.end_headers()

    def _send_body(self, answer: Answer) -> None:
        for piece in answer.pieces:
            self.wfile.write(piece if answer.is_declared else b"%x\r\n%b\r\n" % (len(piece), piece))
            if self.server.closing.wait(answer.pause_seconds) if answer.pause_seconds else self._is_closing:
                self.close_connection = True
                return
        if not answer.is_declared:
            self.wfile.write(b"0\r\n\r\n")

    @property
    def _is_closing(self) -> bool:
        return self.server.closing.is_set()


def _wake(connection: socket.socket) -> None:
    """Make a blocked read or write of this socket return."""
    with suppress(OSError):  # the client may have been first
        connection.shutdown(socket.SHUT_RDWR)
