"""Typed columns for notebooks and for Parquet."""

import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.items import Flag, Precision, Stamp
from pipeline.marks import Mark
from storage import Corpus
from storage.export.arrow import write_parquet
from storage.marks import Marks
from tests.storage.builders import NOON, SAID, WANTED, article, stamp, store


def test_every_column_has_the_type_of_what_it_holds(corpus: Corpus) -> None:
    (number,) = store(
        corpus, article("a", facts=SAID, authors=("Ana Núñez", "O. Diaz"), flags=(Flag.PAYWALLED,))
    )
    Marks(corpus).put(number, Mark(watch=WANTED.watch, verdict="relevant", marked_at=NOON))

    table = corpus.to_arrow("handed")

    (row,) = table.to_pylist()
    record = next(corpus.export())
    assert row["published_at"] == record.published_at
    assert row["authors"] == ["Ana Núñez", "O. Diaz"]
    assert row["watches"] == [{"name": WANTED.watch, "score": 0.9, "reasons": ["handed over"], "version": ""}]
    assert row["marks"] == [{"watch": WANTED.watch, "verdict": "relevant", "marked_at": NOON, "note": ""}]
    assert (row["mechanism"], row["from"], row["to"], row["count"]) == ("transfer", "MX", None, 2)
    assert (row["names"], row["groups"]) == (["Ana Núñez"], ["Los Ñandúes"])
    said = record.as_dict()
    assert table.column_names == [*(name for name in said if name != "facts"), *said["facts"]]
    times = {name for name in table.column_names if name.endswith("_at")}
    assert {table.schema.field(name).type for name in times} == {pa.timestamp("us", tz="UTC")}


def test_types_do_not_hang_on_what_is_in_the_corpus(corpus: Corpus) -> None:
    store(corpus, article("a", published=Stamp(), authors=()))

    empty, one = corpus.to_arrow("nothing"), corpus.to_arrow()

    assert empty.schema == one.schema
    assert (empty.num_rows, one["published_at"].to_pylist()) == (0, [None])


def test_a_notebook_has_a_frame_in_one_line(corpus: Corpus) -> None:
    store(corpus, article("a"), article("b", published=stamp(NOON - timedelta(days=400), Precision.MONTH)))

    frame = polars.from_arrow(corpus.to_arrow("handed"))

    assert isinstance(frame, polars.DataFrame)
    assert frame.filter(polars.col("published_at") >= datetime(2025, 1, 1, tzinfo=UTC))["id"].to_list() == [1]


def test_a_frozen_set_is_a_table_as_well(corpus: Corpus) -> None:
    store(corpus, article("a"))
    corpus.freeze("handed", name="x")
    store(corpus, article("b"))

    assert corpus.to_arrow(frozen="x")["id"].to_pylist() == [1]


def test_parquet_is_written_in_groups_to_a_stream_that_only_takes(corpus: Corpus) -> None:
    store(corpus, article("a", text="Año «handed» over.", facts=SAID))
    record = next(corpus.export())

    class Pipe(io.RawIOBase):
        content = b""

        def writable(self) -> bool:
            return True

        def write(self, some: bytes) -> int:  # type: ignore[override]
            self.content += some
            return len(some)

    pipe = Pipe()
    assert write_parquet((record for _ in range(10_001)), pipe) == 10_001  # type: ignore[arg-type]

    file = pq.ParquetFile(io.BytesIO(pipe.content))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [10_000, 1]
    assert file.schema_arrow.equals(corpus.to_arrow().schema)
    assert file.read()["text"][10_000].as_py() == "Año «handed» over."


def test_an_empty_export_is_a_file_with_columns(corpus: Corpus) -> None:
    out = io.BytesIO()

    assert write_parquet(corpus.export("nothing"), out) == 0

    assert pq.read_table(io.BytesIO(out.getvalue())).num_columns == 32


def test_a_reader_that_goes_away_is_told_as_such(corpus: Corpus) -> None:
    store(corpus, article("a"))

    class Gone(io.BytesIO):
        def write(self, some: object) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        write_parquet(corpus.export(), Gone())


def test_without_pyarrow_the_error_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('not here')")
    script = (
        "from storage import Corpus\n"
        "with Corpus.open('sqlite://', write=True) as corpus:\n"
        "    list(corpus.export())\n"
        "    corpus.to_arrow()"
    )
    path = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"

    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )

    assert "InputError: Parquet and tables need pyarrow: pip install 'tearsheet[parquet]'" in done.stderr
