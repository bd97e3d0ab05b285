"""The tree of errors: every package raises from it; a message names the thing, what was found, what to do.

TearsheetError
├── ConfigError      tearsheet.toml, an environment variable or an option is wrong   (exit 2)
│   ├── SourceError  a source's table is wrong, or no such source
│   ├── WatchError   a watch's table is wrong, or no such watch
│   └── QueryError   a search that cannot be understood; carries position and hint
├── InputError       a file given by the user cannot be read                        (exit 2)
├── StorageError     the corpus cannot be opened or written                         (exit 5)
│   └── RecordError  one article cannot be stored; the corpus and the batch are sound
└── LockedError      another run holds the corpus                                   (exit 75)
"""

__all__ = [
    "ConfigError",
    "InputError",
    "LockedError",
    "QueryError",
    "RecordError",
    "SourceError",
    "StorageError",
    "TearsheetError",
    "WatchError",
]


class TearsheetError(Exception):
    """Root of everything Tearsheet raises on purpose. ``str()`` is one line fit to show a user."""

    exit_code = 1


class ConfigError(TearsheetError):
    """The configuration or the command is wrong: say which key, what was found, what is expected."""

    exit_code = 2


class SourceError(ConfigError):
    """A source's table is wrong, or a source was named that does not exist."""


class WatchError(ConfigError):
    """A watch's table is wrong, or a watch was named that does not exist."""


class QueryError(ConfigError):
    """A search that cannot be understood."""

    def __init__(self, message: str, *, query: str, position: int) -> None:
        super().__init__(f"{message} (at character {position + 1} of {query!r})")
        self.query = query
        self.position = position


class InputError(TearsheetError):
    """A file the user named is missing, unreadable or not what was promised."""

    exit_code = 2


class StorageError(TearsheetError):
    """The corpus cannot be opened, read or written."""

    exit_code = 5

    def __init__(self, message: str, *, is_absent: bool = False) -> None:
        super().__init__(message)
        self.is_absent = is_absent
        """There is no corpus: nothing was collected yet."""


class RecordError(StorageError):
    """One article cannot be stored; what else is in the transaction is untouched."""


class LockedError(TearsheetError):
    """Another run holds the corpus; nothing was done."""

    exit_code = 75
