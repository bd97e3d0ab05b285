"""A corpus in which a watch wants three pages of four, to be read again by other rules."""

import sqlite3
from contextlib import closing

from tests.tearsheet.commands import Desk
from tests.tearsheet.harbor import Harbor

BOATS = "[watches.boats]\nquery = 'boats'\n"
OFF = "[watches.cartel-extraditions]\nenabled = false\n"
COUNT = 4


def paper(title: str, text: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>'
        f"<p>{text}</p><p>The harbor master said so on Monday, and the people of the town agreed with him.</p>"
        "</article></body></html>"
    )


def configure(desk: Desk, harbor: Harbor, watch: str) -> None:
    desk.configure(harbor.config().replace('keep = "all"', "workers = 1") + OFF + watch)


def write(desk: Desk, statement: str, *values: object, file: str = "tearsheet.db") -> None:
    """Put into a file what older rules left there."""
    with closing(sqlite3.connect(desk.folder / file)) as connection, connection:
        connection.create_function("fold", 1, str)
        connection.execute(statement, values)
