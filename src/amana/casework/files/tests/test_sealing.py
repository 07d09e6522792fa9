"""Content on the disk: every piece in its place, or nobody reads on."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from amana.casework.common.ids import new_id
from amana.casework.files.sealing import (
    CHUNK,
    FULL,
    PREVIEW,
    Damaged,
    Filling,
    Reader,
    new_key,
    open_piece,
    pieces_of,
    seal_piece,
    sealed_size,
)

SIZES = [1, 15, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]


def written(path: Path, data: bytes, *, known: bool, parts: int = 100_000) -> Reader:
    key, file_id = new_key(), new_id()
    filling = Filling(key, file_id, len(data) if known else None)
    out = b"".join(
        piece for start in range(0, len(data), parts) for piece in filling.add(data[start : start + parts])
    )
    path.write_bytes(out + filling.end())
    return Reader(path, key, file_id, len(data))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out_and_takes_the_room_it_should(tmp_path: Path, size: int, known: bool) -> None:
    data = os.urandom(size)
    with written(tmp_path / "f", data, known=known) as reader:
        assert (tmp_path / "f").stat().st_size == sealed_size(size)
        assert b"".join(reader.whole(hashlib.sha256(data).hexdigest())) == data
        for start, stop in ((0, 1), (size - 1, size), (size // 3, size // 2 + 1)):
            assert b"".join(reader.part(start, stop)) == data[start:stop]
        reader.seek(-1, os.SEEK_END)
        assert reader.read() == data[-1:]
        assert reader.read() == b""
    assert data[:15] not in (tmp_path / "f").read_bytes() or size < 15


def test_a_filling_goes_on_where_another_stopped() -> None:
    data, key, file_id = os.urandom(2 * CHUNK + 99), new_key(), new_id()
    first = Filling(key, file_id, len(data))
    out = [*first.add(data[:300_000])]
    second = Filling(key, file_id, len(data), first.index, first.tail)
    assert second.size == 300_000
    out += [*second.add(data[300_000:]), second.end()]
    opened = [open_piece(key, file_id, i, p, pieces=pieces_of(len(data))) for i, p in enumerate(out)]
    assert b"".join(opened) == data


def damage(data: bytearray, how: str, other: bytes) -> bytes:
    first, second = bytes(data[:FULL]), bytes(data[FULL : 2 * FULL])
    return {
        "swapped": second + first + bytes(data[2 * FULL :]),
        "repeated": first + first + bytes(data[2 * FULL :]),
        "dropped from the middle": first + bytes(data[2 * FULL :]),
        "end dropped": first + second,
        "cut": bytes(data[:-1]),
        "one bit": bytes(data[:FULL]) + bytes([data[FULL] ^ 1]) + bytes(data[FULL + 1 :]),
        "of another file": other[:FULL] + bytes(data[FULL:]),
        "empty": b"",
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "swapped",
        "repeated",
        "dropped from the middle",
        "end dropped",
        "cut",
        "one bit",
        "of another file",
        "empty",
    ],
)
def test_nobody_reads_past_a_piece_that_is_not_in_its_place(tmp_path: Path, how: str) -> None:
    data, key = os.urandom(2 * CHUNK + 500), new_key()
    files = []
    for name in "ab":
        file_id = new_id()
        filling = Filling(key, file_id, len(data))
        (tmp_path / name).write_bytes(b"".join([*filling.add(data), filling.end()]))
        files.append(file_id)
    changed = damage(bytearray((tmp_path / "a").read_bytes()), how, (tmp_path / "b").read_bytes())
    (tmp_path / "a").write_bytes(changed)
    with Reader(tmp_path / "a", key, files[0], len(data)) as reader, pytest.raises(Damaged):
        list(reader.whole(hashlib.sha256(data).hexdigest()))


def test_a_shorter_file_is_not_made_of_a_longer_one(tmp_path: Path) -> None:
    """Cut after a whole piece, with a size to match in the database: that piece is not the last."""
    data, key, file_id = os.urandom(2 * CHUNK), new_key(), new_id()
    filling = Filling(key, file_id, len(data))
    pieces = [*filling.add(data), filling.end()]
    (tmp_path / "f").write_bytes(pieces[0])
    with Reader(tmp_path / "f", key, file_id, CHUNK) as reader, pytest.raises(Damaged):
        reader.read()


def test_the_end_of_a_file_that_is_not_what_was_given_is_held_back(tmp_path: Path) -> None:
    data = os.urandom(2 * CHUNK)
    got = b""
    with written(tmp_path / "f", data, known=True) as reader, pytest.raises(Damaged):  # noqa: PT012
        for part in reader.whole(hashlib.sha256(b"another").hexdigest()):
            got += part
    assert got == data[:CHUNK]


def test_a_preview_is_not_taken_for_content() -> None:
    key, file_id = new_key(), new_id()
    sealed = seal_piece(key, file_id, 0, b"x", last=True, what=PREVIEW)
    with pytest.raises(Damaged):
        open_piece(key, file_id, 0, sealed, pieces=1)
    with pytest.raises(Damaged):
        open_piece(new_key(), file_id, 0, sealed, pieces=1, what=PREVIEW)
