"""Whole runs at a server that answers by a script: a page that leads to itself, two addresses of one page."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.tearsheet.commands import Desk
from tests.tearsheet.harbor import feed, page

# What a run says of a page that it read.
PROCESSED = ("new", "revision", "unchanged", "copy", "near_copy", "off_topic")


class Scripted:
    """Answers each path as the exchanges say, in their order; the last answer of a path stays."""

    def __init__(self, exchanges: list[dict[str, Any]], want: list[str]) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = {}
        for exchange in exchanges:
            body = page(0).encode() if exchange["status"] == 200 else b""
            headers = {"Content-Type": "text/html", **exchange.get("headers", {})}
            path = urlsplit(exchange["url"]).path
            self.answers.setdefault(path, []).append((exchange["status"], headers, body))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        listed = feed(self.url + urlsplit(url).path for url in want)
        self.answers["/feed"] = [(200, {"Content-Type": "application/rss+xml"}, listed.encode())]

    @contextmanager
    def served(self) -> Iterator["Scripted"]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield self
        self._server.shutdown()
        self._server.server_close()
        thread.join()

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(path)
        answers = self.answers.get(path, [(404, {}, b"")])
        return answers[0] if len(answers) == 1 else answers.pop(0)


def _handler(site: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = site.answer(self.path)
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


def collected(desk: Desk, site: Scripted) -> tuple[int, int]:
    """How many articles a run over its feed stored, and how many pages were processed."""
    desk.configure(
        "[collect]\nuse_builtin_sources = false\nallow_private_hosts = true\ndelay_seconds = 0\nworkers = 1\n"
        f'keep = "all"\n[sources.scripted]\nfeeds = ["{site.url}/feed"]\n'
    )
    done = desk.run("collect", "--json")
    assert done.code == 0, done.err
    ((stored,),) = desk.rows("SELECT count(*) FROM article")
    return stored, sum(done.json["fates"].get(fate, 0) for fate in PROCESSED)


@pytest.mark.parametrize("case_id", ["http-self-redirect", "http-double-after-redirect"])
def test_the_right_number_of_articles_comes_of_a_scripted_site(
    desk: Desk, cases: dict[str, dict[str, Any]], case_id: str
) -> None:
    given, expect = cases[case_id]["input"], cases[case_id]["expect"]
    want = given.get("want") or sorted({exchange["url"] for exchange in given["exchanges"]})

    with Scripted(given["exchanges"], want).served() as site:
        stored, processed = collected(desk, site)

    assert stored == expect["stored"]
    assert processed == expect.get("processed", expect["stored"])
    # What the story's own address answered last was reached.
    assert len(site.answers[urlsplit(given["exchanges"][0]["url"]).path]) == 1


def test_a_page_that_leads_to_itself_for_ever_ends_after_the_hops_that_the_case_allows(
    desk: Desk, cases: dict[str, dict[str, Any]]
) -> None:
    case = cases["http-self-redirect"]
    first = case["input"]["exchanges"][0]

    with Scripted([first], [first["url"]]).served() as site:
        assert collected(desk, site) == (0, 0)

    path = urlsplit(first["url"]).path
    assert site.asked.count(path) == 1 + case["expect"]["max_hops"]
    assert desk.why(site.url + path) == ["redirect_loop"]


def test_a_page_that_another_address_of_the_feed_leads_to_is_processed_once_in_a_run(desk: Desk) -> None:
    own = {"url": "https://news.example.org/n", "status": 200}
    other = {"url": "https://news.example.org/short", "status": 301, "headers": {"Location": "/n"}}

    with Scripted([own, other], [own["url"], other["url"]]).served() as site:
        assert collected(desk, site) == (1, 1)

    assert json.loads(desk.rows("SELECT fates FROM run")[0][0]) == {"off_topic": 1, "known": 1}
