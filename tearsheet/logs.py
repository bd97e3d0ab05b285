"""The log: events with fields on stderr, as ``key=value`` lines or JSON Lines; no prose, no secrets.

Levels: info is what happens. A warning means that someone must look: a page broke our reading, no source
answered, a job of the daemon went wrong. An error means that work was not done.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pipeline.secrets import without_secrets

__all__ = ["Event", "LogForm", "is_logging", "log_to_stderr", "logger"]

LogForm = Literal["text", "json"]

logger = logging.getLogger("tearsheet")

# A value that stands without quotes: nothing in it can be taken for the next key, or for a new line.
_PLAIN = re.compile(r"[^\s\"'=\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
# What could move a terminal's cursor or turn its text around; JSON itself escapes the first 32 only.
_UNSHOWN = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Event:
    """Something that happened, as the message of a log record: its name and its fields."""

    def __init__(self, name: str, /, **fields: Any) -> None:
        """A field that is None is left out."""
        self.fields = {"event": name} | {key: value for key, value in fields.items() if value is not None}

    def __str__(self) -> str:
        return as_text(self.fields)


class _Formatter(logging.Formatter):
    """One line for each record; what a library says is the event ``library`` with its text."""

    def __init__(self, form: LogForm) -> None:
        super().__init__()
        self._write = as_json if form == "json" else as_text

    def format(self, record: logging.LogRecord) -> str:
        said = (
            record.msg.fields
            if isinstance(record.msg, Event)
            else {"event": "library", "library": record.name, "text": record.getMessage()}
        )
        head = {
            "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "level": record.levelname.lower(),
        }
        trace = {"traceback": self.formatException(record.exc_info)} if record.exc_info else {}
        return self._write(head | said | trace)


def as_text(fields: Mapping[str, Any]) -> str:
    """Return the fields as ``key=value``, quoted as in JSON where a value would break the line.

    >>> as_text({"event": "page", "fate": "new", "reason": "two words", "bytes": 9})
    'event=page fate=new reason="two words" bytes=9'
    """
    return " ".join(f"{key}={_text_value(value)}" for key, value in fields.items())


def as_json(value: Any) -> str:
    """Return fields, or one of their values, as one line of JSON."""
    text = json.dumps(_hidden(value), ensure_ascii=False, default=str)
    return _UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _text_value(value: Any) -> str:
    text = without_secrets(value) if isinstance(value, str) else as_json(value)
    return text if _PLAIN.fullmatch(text) else as_json(text)


def _hidden(value: Any) -> Any:
    match value:
        case str():
            return without_secrets(value)
        case Mapping():
            return {_hidden(key): _hidden(each) for key, each in value.items()}
        case list() | tuple():
            return [_hidden(each) for each in value]
    return value


def log_to_stderr(form: LogForm | None) -> None:
    """Log from now on, in this form; None keeps quiet. Of the libraries only what someone must look at."""
    handler = logging.NullHandler() if form is None else logging.StreamHandler(sys.stderr)
    if form is not None:
        handler.setFormatter(_Formatter(form))
    handler.addFilter(lambda record: record.name == logger.name or record.levelno >= logging.WARNING)
    logging.root.handlers[:] = [handler]
    logger.setLevel(logging.CRITICAL if form is None else logging.INFO)


def is_logging() -> bool:
    """Tell whether events are written at all."""
    return logger.isEnabledFor(logging.INFO)
