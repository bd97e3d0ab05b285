"""URL key and canonical URL: when two addresses are one article.

A key is for equality only. It is never shown and never fetched: we ask for the address as it was written.
"""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from pipeline.characters import storable

__all__ = ["site", "trusted_canonical", "url_key"]

_TRACKING_PREFIXES = (
    "utm_",
    "at_",
    "mc_",
    "mkt_",
    "pk_",
    "mtm_",
    "ga_",
    "itm_",
    "oly_",
    "vero_",
    "hsa_",
    "__",
)
_TRACKING = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ttclid twclid igsh igshid srsltid li_fat_id
    clickid cmp cmpid icid intcmp ftag smid smtyp s_cid ncid ocid cid_source xtor taid ref ref_src ref_url
    referrer spm echobox sref soc_src soc_trk partner _ga _gl
    """.split(),
)
# The AMP twin of a page is asked for by one of these; "amp" alone or with any value.
_AMP_PARAMETERS = frozenset({"amp", "outputtype", "usqp"})
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_SESSION_PARAMETERS = frozenset({"jsessionid", "phpsessid", "sessionid", "aspsessionid"})
_TWIN_LABELS = ("www.", "m.", "amp.", "mobile.")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Reserved characters and "%" stay encoded: decoding them would change what the path says.
_SAFE_IN_PATH = "/!$&'()*+,;=:@~"


def url_key(url: str) -> str:
    """Return the normal form of an address, equal for every form of it; idempotent.

    Folds scheme, mobile, AMP and www twins, default ports, tracking and session parameters, the order of
    parameters, percent-encoding, a closing slash and fragments. What cannot be taken apart is its own key.

    >>> url_key("http://www.news.example.org:80/nota/?utm_source=rss#top")
    'https://news.example.org/nota'
    """
    text = "".join(storable(url).split()).replace("&amp;", "&")
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _host_key(parts.hostname or "")
    except ValueError:
        return text
    if not host or parts.scheme not in _DEFAULT_PORTS:
        return text
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    query = _query_key(parts.query)
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""
    return f"https://{host}{_path_key(parts.path)}{query}{fragment}"


def site(url: str) -> str:
    """Return the host (and port) of an address without its www, mobile or AMP label; "" if there is none."""
    try:
        return urlsplit(url_key(url)).netloc
    except ValueError:
        return ""


def trusted_canonical(declared: tuple[str, ...], *, page_url: str) -> str:
    """Return the canonical URL a page declares, or "" when it is not to be trusted.

    Void are: several that differ, one that is not http(s), one on another site, the home page of a deep page.
    """
    try:
        urls = {urljoin(page_url, link.strip()) for link in declared if link.strip()}
        canonical = urls.pop() if len(urls) == 1 else ""
        parts = urlsplit(canonical)
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or site(canonical) != site(page_url):
        return ""
    if _is_home(parts) and not _is_home(urlsplit(page_url)):
        return ""
    return canonical


def _is_home(parts: SplitResult) -> bool:
    return parts.path in {"", "/"} and not parts.query


def _host_key(host: str) -> str:
    host = host.lower().rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    # "m.example" is a registrable name of its own; a twin label needs a full name behind it.
    while host.startswith(_TWIN_LABELS) and host.count(".") >= 2:
        host = host.partition(".")[2]
    return host


def _path_key(path: str) -> str:
    path = _SESSION.sub("", path)
    path = "/".join(quote(_decoded(part), safe=_SAFE_IN_PATH + "%") for part in path.split("/"))
    path = re.sub("/{2,}", "/", path)
    path = re.sub(r"(?<!/amp)(?<!\.amp)(?:/amp|\.amp)+/?$", "", path)
    return path.rstrip("/") or "/"


def _decoded(part: str) -> str:
    """Decode what may stand unencoded; keep the escapes of reserved characters, in upper case."""
    return re.sub(
        r"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*",
        lambda run: quote(unquote(run.group()), safe="") if _is_utf8(run.group()) else run.group().upper(),
        part,
    )


def _is_utf8(escapes: str) -> bool:
    try:
        unquote(escapes, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _query_key(query: str) -> str:
    pairs = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        if not _is_noise(name.lower())
    ]
    return "?" + urlencode(sorted(pairs), errors="surrogateescape") if pairs else ""


def _is_noise(name: str) -> bool:
    return (
        name in _TRACKING
        or name in _AMP_PARAMETERS
        or name in _SESSION_PARAMETERS
        or name.startswith(_TRACKING_PREFIXES)
    )
