"""A publisher's site on loopback, and a real crawl of it in a process of its own."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

_CRAWL = Path(__file__).parent / "crawl_once.py"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    answered_at: float = 0.0


@dataclass
class Site:
    """Answers what it was told to, 404 otherwise, and remembers what it was asked."""

    port: int = 0
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    thinks_seconds: float = 0.0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, body: str | bytes = "", *, status: int = 200, **headers: str) -> str:
        """Answer a path so from now on; ``{site}`` stands for the site's address."""
        self.answers[path] = []
        return self.then(path, body, status=status, **headers)

    def then(self, path: str, body: str | bytes = "", *, status: int = 200, **headers: str) -> str:
        """Answer a path so after it was asked once more; the last answer stays."""
        raw = body.replace("{site}", self.url("")).encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path].append(Answer(status, named, raw))
        return self.url(path)

    def answer(self, path: str) -> Answer:
        """Take the next answer of a path."""
        answers = self.answers.get(path) or [Answer(404, {}, b"nothing here")]
        return answers[0] if len(answers) == 1 else answers.pop(0)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """What a server needs to answer so."""
        return _handler(self)

    def put_article(self, path: str, title: str = "Una nota") -> str:
        body = f"<!doctype html><title>{title}</title><p>{title}</p>"
        return self.put(path, body, content_type="text/html; charset=utf-8")

    def paths(self) -> list[str]:
        """What was asked for, without robots.txt, in order."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
            site.asked.append(asked)
            time.sleep(site.thinks_seconds)
            answer = site.answer(self.path)
            etag = answer.headers.get("etag")
            if etag and self.headers.get("If-None-Match") == etag:
                answer = Answer(304, {"etag": etag}, b"")
            self.send_response(answer.status)
            for name, value in ({"content-length": str(len(answer.body))} | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            asked.answered_at = time.monotonic()
            self.wfile.write(answer.body)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), site.handler())
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Crawled:
    """What a crawl told its frontier and gave out, as plain JSON values."""

    polls: list[dict[str, Any]]
    pages: list[dict[str, Any]]
    missed: list[dict[str, Any]]
    validators: dict[str, list[str]]
    known: list[str]
    finish_reason: str
    robots: dict[str, list[Any]]
    held: dict[str, float]

    def page_urls(self) -> set[str]:
        return {page["asked"] for page in self.pages}

    def fates(self) -> dict[str, str]:
        return {missed["url"]: missed["fate"] for missed in self.missed}

    def reasons(self) -> dict[str, str]:
        return {missed["url"]: missed["reason"] for missed in self.missed}

    def poll(self, url: str) -> dict[str, Any]:
        [poll] = [poll for poll in self.polls if poll["url"] == url]
        return poll


Crawl = Callable[..., Crawled]


@pytest.fixture
def crawl() -> Crawl:
    """Crawl sources (TOML text) once, behind a proxy if one is given; the rest is ``crawl_once.Order``."""

    def run(sources: str, *, proxy: str = "", **order: Any) -> Crawled:
        environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        if proxy:
            environment["http_proxy"] = proxy
        done = subprocess.run(
            [sys.executable, str(_CRAWL)],
            input=json.dumps({"sources": sources, **order}),
            capture_output=True,
            text=True,
            timeout=60,
            env=environment,
            cwd=_CRAWL.parents[2],
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return Crawled(**json.loads(done.stdout))

    return run
