"""Master keys are renewed without a text being touched; a destroyed key is remembered as destroyed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from amana.casework.audit.keyring import KeyDestroyed, Keyring


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path)


def test_rotation_leaves_every_key_the_same_and_drops_the_old_master(ring: Keyring, tmp_path: Path) -> None:
    ring.make(["a", "b"])
    token, old = ring.of("a").seal.encrypt(b"text"), (tmp_path / "master.keys").read_bytes()
    other = Keyring(tmp_path)  # another process that has the old master in memory
    assert other.of("b").secret
    assert ring.rotate() == 2
    now = (tmp_path / "master.keys").read_bytes()
    assert len(now.split()) == 1
    assert old.split()[0] not in now
    assert ring.of("a").seal.decrypt(token) == b"text"
    assert other.of("a").seal.decrypt(token) == b"text"
    other.make(["c"])
    assert ring.of("c").secret == other.of("c").secret


def test_a_rotation_that_was_cut_short_leaves_all_readable(
    ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.make(["a"])
    secret, write, calls = ring.of("a").secret, ring._write_masters, []

    def crash_at_the_end(keys: list[bytes], *, replace: bool) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(keys, replace=replace)

    with monkeypatch.context() as patched:
        patched.setattr(ring, "_write_masters", crash_at_the_end)
        with pytest.raises(KeyboardInterrupt):
            ring.rotate()
    assert Keyring(ring.folder).of("a").secret == secret
    Keyring(ring.folder).rotate()
    assert Keyring(ring.folder).of("a").secret == secret
    assert len((ring.folder / "master.keys").read_bytes().split()) == 1


def test_keys_made_while_the_master_is_renewed_stay_readable(ring: Keyring) -> None:
    stop = threading.Event()
    made: list[str] = []

    def make() -> None:
        mine = Keyring(ring.folder)
        while not stop.is_set():
            mine.make([f"s{len(made)}"])
            made.append(f"s{len(made)}")

    ring.make(["first"])
    thread = threading.Thread(target=make)
    thread.start()
    for _ in range(5):
        ring.rotate()
    stop.set()
    thread.join()
    assert made
    assert len(Keyring(ring.folder).of_all(made)) == len(made)


def test_a_destroyed_key_is_gone_and_remembered(ring: Keyring) -> None:
    ring.make(["a", "b"])
    assert ring.destroy(["a", "never-there"]) == 1
    with pytest.raises(KeyDestroyed):
        ring.of("a")
    assert ring.destroyed() == {"a", "never-there"}
    assert ring.held() == {"b"}


def test_files_of_the_key_folder_are_readable_to_their_owner_alone(ring: Keyring, tmp_path: Path) -> None:
    ring.make(["a"])
    assert ring.salt
    ring.token("phone", "1")
    assert {p.stat().st_mode & 0o777 for p in tmp_path.iterdir()} == {0o600}
