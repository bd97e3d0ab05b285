"""What came of a request. The failures of a real crawl are in test_article_spider."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response

from pipeline.items import Fate
from spiders.outcomes import trouble_of_failure, trouble_of_page, trouble_of_status

URL = "https://diario.example/a"


@pytest.mark.parametrize(
    ("content_type", "body", "is_page"),
    [
        ("text/html; charset=utf-8", b"<p>hola", True),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html>", True),
        ("", b"<!DOCTYPE html><p>hola", True),
        ("", b"<p>hola", True),
        ("text/plain", b"\n<html><p>hola", True),
        ("text/html", b"%PDF-1.7", False),
        ("image/jpeg", b"\xff\xd8\xff\xe0", False),
        ("application/rss+xml", b"<?xml version='1.0'?><rss>", False),
        ("text/plain", b"hola", False),
        ("", b"hola", False),
    ],
)
def test_a_page_is_told_by_its_type_or_its_first_bytes(content_type, body, is_page):
    response = Response(URL, headers={"Content-Type": content_type} if content_type else {}, body=body)

    trouble = trouble_of_page(response)

    assert (trouble is None) is is_page
    assert is_page or trouble[0] is Fate.NOT_HTML


@pytest.mark.parametrize(
    ("failure", "fate"),
    [
        (DownloadTimeoutError("30 s"), Fate.TIMEOUT),
        (CannotResolveHostError("x"), Fate.UNREACHABLE),
        (ResponseDataLossError("x"), Fate.UNREACHABLE),
        (ValueError("label too long\nor empty"), Fate.UNREACHABLE),
        (IgnoreRequest("of some kind"), Fate.UNREACHABLE),
    ],
)
def test_a_failure_has_a_fate_and_a_reason_of_one_line(failure, fate):
    found, reason = trouble_of_failure(failure)

    assert found is fate
    assert reason
    assert "\n" not in reason


CHECK = b'<html><title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/h/g/x.js"></script>'


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_page_that_checks_for_robots_is_blocked_and_says_so(status):
    trouble = trouble_of_status(Response(URL, status=status, body=CHECK))

    assert trouble == (Fate.BLOCKED, f"the server answered {status} with a check for robots")


def test_a_check_for_robots_is_known_by_its_header_too():
    response = Response(URL, status=503, headers={"cf-mitigated": "challenge"}, body=b"<html>")

    assert trouble_of_status(response)[0] is Fate.BLOCKED


def test_a_server_that_is_overloaded_is_not_blocking():
    assert trouble_of_status(Response(URL, status=503, body=b"<html>Come back later"))[0] is Fate.HTTP_ERROR


def test_an_article_that_embeds_a_check_is_a_page():
    assert trouble_of_status(Response(URL, body=CHECK)) is None


def test_a_redirect_that_leads_nowhere_says_so():
    assert trouble_of_status(Response(URL, status=302)) == (
        Fate.HTTP_ERROR,
        "the server answered 302, but not where to go",
    )


def test_a_redirect_that_scrapy_cannot_write_a_request_for_is_unsafe():
    with pytest.raises(ValueError, match="Missing scheme") as caught:
        Request("javascript:alert(1)")

    assert trouble_of_failure(caught.value)[0] is Fate.UNSAFE


def certificate(folder, name, *, days):
    """Write a certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(end - timedelta(days=10))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}{days}.pem"
    file.write_bytes(
        made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return file


@pytest.fixture
def https_port(request, tmp_path, monkeypatch):
    """A server on loopback with the certificate asked for; the crawl trusts who issued it if told to."""
    name, days, trusted = request.param
    file = certificate(tmp_path, name, days=days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None
    # A handshake that the crawl breaks off is made where its error is taken care of.
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("https_port", "fate", "said"),
    [
        (("localhost", 5, True), Fate.HTTP_ERROR, "the server answered 501"),
        (("localhost", 5, False), Fate.UNREACHABLE, "its certificate is not valid"),
        (("localhost", -1, True), Fate.UNREACHABLE, "its certificate is not valid"),
        (("other.example", 5, True), Fate.UNREACHABLE, "its certificate is for another host name"),
    ],
    indirect=["https_port"],
)
def test_a_certificate_that_is_not_valid_is_told_from_a_server_that_is_down(https_port, fate, said, crawl):
    page = f"https://localhost:{https_port}/a"

    crawled = crawl(
        f'[diario]\nfeeds = ["{page}"]',
        direct=[page],
        channels_too=False,
        settings={"ROBOTSTXT_OBEY": False},
    )

    [missed] = crawled.missed
    assert (missed["fate"], missed["reason"][: len(said)]) == (fate, said)
