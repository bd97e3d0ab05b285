"""Takes passwords out of what is logged or complained of: addresses carry them."""

import re

__all__ = ["without_secrets"]

# The part of an address before its host, "user:password@": up to the last @, for passwords with one in them;
# with a slash in the password that should have been escaped; and where a library names it without scheme.
_USER = re.compile(
    r"(?<=://)[^\s/?#'\"<>]{1,500}@"
    r"|(?<=://)[^\s/?#:@'\"<>]{0,200}:(?!\d{1,5}/)[^\s'\"<>@]{1,200}@"
    r"|(?<![\w.+-])[^\s/?#:@'\"<>]{1,200}:[^\s/?#@'\"<>]{1,200}@"
)
# Parameters that are keys by their name: "?api_key=...", "&token=...".
_KEY = re.compile(
    r"(?<=[?&])((?:[a-z]{1,20}[_-])?(?:key|apikey|token|password|passwd|secret|signature|auth)=)[^&\s'\"<>#]+",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Return the text with user names, passwords and keys in its addresses hidden.

    >>> without_secrets("no answer from http://me:s3cret@proxy.example:3128/")
    'no answer from http://***@proxy.example:3128/'
    >>> without_secrets("invalid hostname: me:s3cret@paper.example; https://blog.example:80/@me stays")
    'invalid hostname: ***@paper.example; https://blog.example:80/@me stays'
    >>> without_secrets("https://paper.example/feed?lang=es&api_key=abc123")
    'https://paper.example/feed?lang=es&api_key=***'
    """
    return _KEY.sub(r"\1***", _USER.sub("***@", text))
