"""A file is there whole or not at all, and nothing is left where it is not."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.errors import InputError
from storage.export.files import atomic, atomic_bytes


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("before")

    def broken() -> None:
        with atomic(path) as stream:
            stream.write("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert path.read_text() == "before"
    with atomic(path) as stream:
        stream.write("año\r\n")
    assert path.read_bytes() == "año\r\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        with atomic(path) as stream:
            stream.write("x")

    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        write(tmp_path / "nowhere" / "out.csv")
    with pytest.raises(InputError, match="cannot be written: Is a directory"):
        write(tmp_path)


def test_bytes_too_appear_whole(tmp_path: Path) -> None:
    with atomic_bytes(tmp_path / "out.parquet") as stream:
        stream.write(b"PAR1")

    assert (tmp_path / "out.parquet").read_bytes() == b"PAR1"


def test_where_there_are_no_files_without_a_name_a_part_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE")

    with atomic(tmp_path / "out.csv") as stream:
        stream.write("a")
        stream.flush()
        assert [path.suffix for path in tmp_path.iterdir()] == [".part"]

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "a")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_killed_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    script = (
        "import os, sys; from pathlib import Path; from storage.export.files import atomic\n"
        "with atomic(Path(sys.argv[1])) as stream:\n"
        "    stream.write('half' * 9999); print('writing', flush=True); sys.stdin.read()"
    )
    arguments = [sys.executable, "-c", script, str(tmp_path / "out.csv")]

    with subprocess.Popen(arguments, stdin=-1, stdout=-1, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        process.send_signal(number)

    assert list(tmp_path.iterdir()) == []


def test_what_a_link_points_at_is_written_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("before")
    link = tmp_path / "link"
    link.symlink_to("target")

    with atomic(link) as stream:
        stream.write("after")

    assert link.is_symlink()
    assert (tmp_path / "target").read_text() == "after"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()

    with atomic(pipe) as stream:
        stream.write("through")
    reader.join()

    assert got == ["through"]
    assert pipe.is_fifo()


def test_a_full_disk_is_said_and_nothing_is_left() -> None:
    with (
        pytest.raises(InputError, match="cannot be written: No space left on device"),
        atomic(Path("/dev/full")) as stream,
    ):
        stream.write("x" * 100_000)
