"""Parameters of an address that never select what the page says: campaigns, clicks, sessions, AMP."""

import re

__all__ = ["selects_nothing", "without_session"]

_CAMPAIGN = re.compile(
    r"(?:utm|at|mc|mkt|mtm|matomo|piwik|ga|gad|itm|oly|vero|hsa|fb|ns|guce|trk|amp)_|utm$|__|_hs|wt\."
    r"|pk_(?:campaign|kwd|keyword|source|medium|content|cid)$",
)
# Of the advertisers' marks for a click, most are made alike: fbclid, gclid, msclkid.
_CLICK = re.compile(r"[a-z]{1,4}cl(?:k)?id|[gw]braid")
_NAMED = frozenset(
    """
    gclsrc igsh igshid srsltid mibextid epik li_fat_id clickid _ga _gl _openstat _branch_match_id
    cmpid icid intcmp ftag smid smtyp s_cid ncid ocid cid_source xtor taid ref_src ref_url
    referrer spm echobox sref soc_src soc_trk trk tblci oborigurl wprov guccounter dm_i usqp
    """.split(),
)
# Words that also name a thing: with a number behind them they may be what the page is found by.
_NAMED_UNLESS_NUMBER = frozenset({"ref", "cmp", "partner"})
_NUMBER = re.compile(r"\d{3,}")
# The same page laid out for paper.
_PRINT_VIEW = frozenset("print printable printview imprimir".split())
_SWITCH = re.compile(r"(?:1|true|yes|on|si|y)?", re.IGNORECASE)
_AMP_SWITCHES = frozenset("outputtype output view mode format type layout variant render".split())
_SESSION = re.compile(r"(?:j|php|asp|osc)?sess(?:ion)?[-_]?id|aspsessionid[a-z]*|cfid|cftoken|oscsid|zenid")
# "sid" is a session to a forum and a story to a newspaper: only the forum's looks like this.
_LONG_HEX = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)

_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid)=[^/;]*|;sid=[0-9a-f]{32,}(?=[;.]|$)|^(?:\([a-z]\([a-z0-9]{20,}\)\))+(?=[;.]|$)",
    re.IGNORECASE,
)


def selects_nothing(name: str, value: str) -> bool:
    """Tell whether a parameter of a query can be left out without asking for another page.

    >>> selects_nothing("utm_source", "rss"), selects_nothing("id", "7")
    (True, False)
    """
    name = name.lower()
    if name in _NAMED_UNLESS_NUMBER:
        return not _NUMBER.fullmatch(value)
    if name in _AMP_SWITCHES:
        return value.lower() == "amp"
    if name in _PRINT_VIEW:
        return bool(_SWITCH.fullmatch(value))
    if name == "sid":
        return bool(_LONG_HEX.fullmatch(value))
    return (
        name == "amp"
        or name in _NAMED
        or bool(_CAMPAIGN.match(name) or _CLICK.fullmatch(name) or _SESSION.fullmatch(name))
    )


def without_session(segment: str) -> str:
    """Return one segment of a path without the session that a server wrote into it.

    >>> without_session("nota;jsessionid=1A2B")
    'nota'
    """
    return _SESSION_IN_PATH.sub("", segment)
