"""A corpus is the same in the other database: in both directions, with everything in it, or not at all."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlmodel import SQLModel

from pipeline.errors import InputError, LockedError, StorageError
from pipeline.items import Fate
from storage import Corpus
from storage.check import check
from storage.copy import copy_corpus
from storage.database import Database
from storage.forget import forget
from storage.marks import mark
from storage.runs import RunLog
from tests.postgres import PostgresServer
from tests.storage.builders import NOON, SAID, article, decision, entry, frontier, page, poll, store
