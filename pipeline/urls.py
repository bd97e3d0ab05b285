"""URL key and canonical URL: when two addresses are one article.

A key is for equality only. It is never shown and never fetched: we ask for the address as it was written.
"""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, quote_plus, urljoin, urlsplit

from pipeline.characters import storable
from pipeline.tracking import selects_nothing, without_session

__all__ = ["site", "trusted_canonical", "url_key"]

_SCHEMES = frozenset({"http", "https"})
_DEFAULT_PORTS = frozenset({80, 443})
# Publishing systems escape the "&" of a link once too often, some of them by its number.
_AMPERSAND = re.compile(r"&(?:(?:amp|#0*38|#x0*26);)+", re.IGNORECASE)
_HOST = re.compile(r"[a-z\d_-]+(?:\.[a-z\d_-]+)*")
_TWIN_LABEL = re.compile(r"(?:www\d?|m|mobile|movil|wap|amp)\.")


# The address of one page is asked for some ten times on its way into the corpus.
@lru_cache(maxsize=4096)
def url_key(url: str) -> str:
    """Return the normal form of an address, equal for every form of it; idempotent, in linear time.

    Folds scheme, user, default ports, mobile, AMP and www twins, AMP caches, tracking and session parameters,
    the order of parameters, percent-encoding, dot segments, index files, a closing slash and fragments other
    than a script's routes (``#!``, ``#/``). What cannot be taken apart is its own key.

    >>> url_key("http://www.news.example.org:80/nota/?utm_source=rss#top")
    'https://news.example.org/nota'
    """
    text = _one_line(url)
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _host_key(parts.hostname or "")
    except ValueError:
        return text
    if parts.scheme not in _SCHEMES:
        return text
    segments = _without_amp(_segments(parts.path))
    if port is None or port in _DEFAULT_PORTS:
        host, segments = _out_of_cache(host, segments)
    else:
        host = f"{host}:{port}"
    fragment = f"#{parts.fragment}" if re.match("[!/].", parts.fragment) else ""
    return f"https://{host}/{'/'.join(segments)}{_query_key(parts.query)}{fragment}"


def site(url: str) -> str:
    """Return the host (and port) of an address without its www, mobile or AMP label; "" if there is none."""
    try:
        return urlsplit(url_key(url)).netloc
    except ValueError:
        return ""


def trusted_canonical(declared: tuple[str, ...], *, page_url: str) -> str:
    """Return the canonical URL a page declares, or "" when it is not to be trusted.

    Void are: several that differ, one that is not http(s), the home page or a section of a deeper page, one
    on another site, unless the page's own address ends with it, as those of caches do.
    """
    try:
        links = [urljoin(page_url, link.strip()) for link in declared if link.strip()]
        keys = {url_key(link) for link in links}
        if len(keys) != 1 or urlsplit(links[0]).scheme not in _SCHEMES:
            return ""
        is_trusted = _stands_for(keys.pop(), url_key(page_url))
    except ValueError:
        return ""
    return links[0] if is_trusted else ""


def _stands_for(canonical: str, page: str) -> bool:
    """Tell by their keys whether one address can be the true one of a page."""
    if canonical == page:
        return True
    own, other = urlsplit(canonical), urlsplit(page)
    if own.netloc != other.netloc:
        return bool(own.path.strip("/")) and _ends_with(page, canonical.removeprefix("https://"))
    if own.query:
        return True
    steps, page_steps = own.path.strip("/").split("/"), other.path.strip("/").split("/")
    if steps == page_steps:
        # A canonical link without the number would be that of every article.
        return not _ID_PARAMETER.search(other.query)
    if not steps[-1] or steps[-2:-1] in _LISTS:
        return False
    if steps[-1] == page_steps[-1] or _ARTICLE_STEP.search(steps[-1]):
        return True
    # What is left is a word: the name of an article on a page that has none, else of a section.
    more = len(steps) - len(page_steps)
    return more > 0 or (more == 0 and not _ARTICLE_STEP.search(page_steps[-1]))


_ID_PARAMETER = re.compile(
    r"(?:^|&)(?:\w*id\w*|p|n|nota|noticia|articulo|article|story)=[^&]*\d", re.IGNORECASE
)
# What is listed under these is a subject, not an article.
_LISTS = [
    [name]
    for name in """
    tag tags tema temas topic topics category categories categoria categorias section sections seccion
    secciones author authors autor autores
    """.split()
]
# The name of an article: four words or more, a number that counts articles, or a file.
_ARTICLE_STEP = re.compile(r"(?:[^\W_]+[-_]){3}[^\W_]|\d{5}|\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)


def _ends_with(page: str, address: str) -> bool:
    """The page's own address spells out the other, as that of a cache does."""
    before = page.removesuffix(address)
    return before != page and bool(re.search(rf"/(?:{_TWIN_LABEL.pattern})?$", before[-10:]))


def _one_line(url: str) -> str:
    lines = storable(url).replace("\t", "").splitlines()
    return _AMPERSAND.sub("&", "".join(line.strip() for line in lines))


def _host_key(host: str) -> str:
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    host = host.lower().rstrip(".")
    if ":" in host:
        return f"[{host}]"
    if not _HOST.fullmatch(host):
        raise ValueError(f"{host!r} is no host name")
    # "m.example" is a registrable name of its own; a twin label needs a full name behind it.
    start, dots = 0, host.count(".")
    while dots >= 2 and (label := _TWIN_LABEL.match(host, start)):
        start, dots = label.end(), dots - 1
    return host[start:]


def _segments(path: str) -> list[str]:
    """The steps of a path in one spelling, without those that lead nowhere."""
    segments: list[str] = []
    for part in path.split("/"):
        segment = without_session(_AMPERSAND.sub("&", _one_spelling(part)))
        if segment == "..":
            del segments[-1:]
        elif segment not in {"", "."}:
            segments.append(segment)
    return segments


_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def _one_spelling(part: str) -> str:
    """Decode what need not be encoded, encode what must be; all other escapes stay, in upper case."""
    return quote(_ESCAPE.sub(_escape, part), safe="%!$&'()*+,;=:@~")


def _escape(found: re.Match[str]) -> str:
    if not found[1]:
        return "%25"
    code = int(found[1], 16)
    return chr(code) if code in _UNRESERVED else found[0].upper()


_INDEX = re.compile(
    r"(?:index\.(?:s?html?|xhtml|php\d?|jsp|aspx?|cfm)|default\.(?:html?|aspx?))", re.IGNORECASE
)
# The lookbehind lets no match start within a run: linear however long it is.
_AMP_ENDING = re.compile(r"(?<!\.amp)(?:\.amp)+(?=(?:\.html?)?$)")


def _without_amp(segments: list[str]) -> list[str]:
    """Cut what marks the AMP form at either end, and the index files that a folder stands for."""
    segments, end = list(segments), len(segments)
    while end:
        last = segments[end - 1]
        shorter = "" if last == "amp" or _INDEX.fullmatch(last) else _AMP_ENDING.sub("", last)
        if shorter == last:
            break
        if shorter.strip("."):
            segments[end - 1] = shorter
        else:
            end -= 1
    start = 0
    while start < end and segments[start] == "amp":
        start += 1
    return segments[start:end]


_CACHE = re.compile(r"(?:[\w-]+\.)?cdn\.ampproject\.org")


def _out_of_cache(host: str, segments: list[str]) -> tuple[str, list[str]]:
    """The address that an AMP cache spells out in its own (``/c/s/news.example.org/nota``)."""
    if not _CACHE.fullmatch(host) or segments[:1] not in (["c"], ["v"], ["a"]):
        return host, segments
    behind = segments[2:] if segments[1:2] == ["s"] else segments[1:]
    inner = behind[0].lower() if behind else ""
    if "." not in inner or not _HOST.fullmatch(inner):
        return host, segments
    inner = _host_key(inner)
    # A cache of a cache is nobody's address.
    if _CACHE.fullmatch(inner):
        return host, segments
    return inner, _without_amp(behind[1:])


_LETTERS = re.compile("[A-Za-z_]*")


def _query_key(query: str) -> str:
    pairs = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        if not selects_nothing(name, value)
    ]
    # "ver.php?nota-uno" selects a page, "ver.php?seccion=" does not.
    empty = {part[:-1] for part in query.split("&") if part.endswith("=") and _LETTERS.fullmatch(part[:-1])}
    written = (_parameter(name, value) for name, value in sorted(pairs) if value or name not in empty)
    return "?" + joined if (joined := "&".join(written)) else ""


def _parameter(name: str, value: str) -> str:
    quoted = [quote_plus(text, errors="surrogateescape") for text in (name, value)]
    return "=".join(quoted) if value else quoted[0]
