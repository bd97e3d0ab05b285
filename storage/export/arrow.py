"""Records as typed columns: Parquet files, and tables for pandas, polars and their kin. Needs pyarrow."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.errors import InputError
from storage.export.tabular import COLUMNS
from storage.search.records import Record

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["table_of", "write_parquet"]

# Some 30 MB of texts in memory; a reader skips groups that it does not need.
_ROWS_IN_GROUP = 10_000
_ROWS_AT_ONCE = 1_000

_TIMES = ("published_at", "modified_at", "first_seen_at", "last_seen_at")
_NUMBERS = ("id", "duplicate_of", "duplicate_cluster", "story", "revision", "count")
_LISTS = ("authors", "flags", "names", "groups")


def table_of(records: Iterable[Record]) -> "pa.Table":
    """Return the records as one table in memory; raises InputError where pyarrow is not installed."""
    arrow = _arrow()
    return arrow.Table.from_batches(_batches(records, _ROWS_AT_ONCE), schema=_schema())


def write_parquet(records: Iterable[Record], stream: BinaryIO) -> int:
    """Write Parquet (zstd), a row group for every 10,000 records; return how many.

    The stream need not know its place: a pipe will do. Raises InputError where pyarrow is not installed.
    """
    arrow, parquet = _arrow(), import_module("pyarrow.parquet")
    number = 0
    with (
        arrow.PythonFile(_Sink(stream), mode="w") as sink,
        parquet.ParquetWriter(sink, _schema(), compression="zstd", coerce_timestamps="us") as writer,
    ):
        for batch in _batches(records, _ROWS_IN_GROUP):
            writer.write_batch(batch)
            number += batch.num_rows
    return number


class _Sink:
    """What pyarrow writes to: a stream that counts, and that stays open when pyarrow is done."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._written = 0

    def write(self, content: bytes) -> int:
        self._stream.write(content)
        self._written += len(content)
        return len(content)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        self.closed = True


def _batches(records: Iterable[Record], size: int) -> "Iterator[pa.RecordBatch]":
    arrow, schema, remaining = _arrow(), _schema(), iter(records)
    while some := [_row(record) for record in islice(remaining, size)]:
        yield arrow.RecordBatch.from_pylist(some, schema=schema)


def _row(record: Record) -> dict[str, Any]:
    """Return the values of the columns: times as they are, facts by their values alone, as in CSV."""
    said = record.as_dict()
    facts = {name: _value(fact) for name, fact in said.pop("facts").items()}
    times = {name: getattr(record, name) for name in _TIMES}
    marks = [mark | {"marked_at": at.marked_at} for mark, at in zip(said["marks"], record.marks, strict=True)]
    return said | facts | times | {"marks": marks}


def _value(fact: Any) -> Any:
    match fact:
        case {"value": value}:
            return value
        case list():
            return [_value(one) for one in fact]
    return None


@cache
def _schema() -> "pa.Schema":
    """Return the columns in the order of the record; whatever is not named here is text."""
    arrow = _arrow()
    text, time = arrow.string(), arrow.timestamp("us", tz="UTC")
    judged = [("name", text), ("score", arrow.float64()), ("reasons", arrow.list_(text)), ("version", text)]
    marked = [("watch", text), ("verdict", text), ("marked_at", time), ("note", text)]
    known = (
        dict.fromkeys(_TIMES, time)
        | dict.fromkeys(_NUMBERS, arrow.int64())
        | dict.fromkeys(_LISTS, arrow.list_(text))
        | {"watches": arrow.list_(arrow.struct(judged)), "marks": arrow.list_(arrow.struct(marked))}
    )
    return arrow.schema([(name, known.get(name, text)) for name in COLUMNS])


def _arrow() -> Any:
    try:
        return import_module("pyarrow")
    except ImportError as error:
        raise InputError("Parquet and tables need pyarrow: pip install 'tearsheet[parquet]'") from error
