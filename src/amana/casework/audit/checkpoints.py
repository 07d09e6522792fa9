"""Checkpoints: the log signs how long it is and what its root is; another office cosigns.

A folder, usually on a USB stick, carries a checkpoint to a witness and its cosignature back::

    <folder>/<log>/checkpoint       the signed note
    <folder>/<log>/from-<size>      the same with a proof that the log grew from that size: the body of
                                    C2SP tlog-witness "add-checkpoint", one for each earlier checkpoint
    <folder>/<log>/by-<witness>     what the witness writes: its cosignature
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from amana.casework.audit.logkeys import (
    last_signed,
    log_key,
    remember_signed,
    replace_text,
    trust_witness,
    witness_keys,
)
from amana.casework.audit.models import Checkpoint, Cosignature, Entry, Tree
from amana.casework.audit.proofs import tree_of
from amana.casework.audit.writing import Actor, writing
from amana.problems import InputProblem, InputProblems
from amana.provenance import Checkpoint as Statement
from amana.provenance import (
    Frontier,
    Malformed,
    Note,
    Signature,
    SignedCheckpoint,
    SignerKey,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    sign_note,
    verify_note,
)
from amana.provenance.signed_note import encode64

MOST_PROOFS = 500
"""Earlier checkpoints from which a proof goes onto the stick: whichever of them the witness saw last."""


def own_key() -> SignerKey:
    """The key that signs this database's log."""
    return log_key(Path(settings.KEYS))


def make_checkpoint(by: Any = None) -> Checkpoint:
    """Sign how long the log is now; where it has not grown, the checkpoint that says so already.

    Parameters
    ----------
    by
        Who asks, with ``audit.checkpoint``; None for the program itself.

    Raises
    ------
    InputProblems
        When the head of the log does not fit its entries, or the log is shorter than what was signed
        before: that must be looked at, and not be signed over.
    """
    if by is not None and not isinstance(by, Actor) and not by.has_perm("audit.checkpoint"):
        raise PermissionDenied("audit.checkpoint")
    with transaction.atomic():
        tree = Tree.objects.select_for_update().get(pk=1)
        last = Checkpoint.objects.order_by("size", "id").last()
        if last is not None and last.size == tree.size:
            return last
        _refuse_what_was_cut(tree)
        frontier = Frontier.from_bytes(bytes(tree.frontier))
        key = own_key()
        note = sign_note(str(Statement(key.name, tree.size, frontier.root())), key)
        checkpoint = Checkpoint(size=tree.size, note=str(note))
        checkpoint.save(force_insert=True)
    remember_signed(Path(settings.KEYS), checkpoint.note)
    return checkpoint


def _refuse_what_was_cut(tree: Tree) -> None:
    last = Entry.objects.aggregate(last=Max("index"))["last"]
    length = 0 if last is None else last + 1
    if length != tree.size or Frontier.from_bytes(bytes(tree.frontier)).size != tree.size:
        params = {"size": tree.size, "length": length}
        raise InputProblems([InputProblem("log.tree-differs", params=params)])
    signed = signed_before()
    if signed is not None and signed.size > tree.size:
        params = {"size": signed.size, "length": tree.size}
        raise InputProblems([InputProblem("log.shorter", params=params)])


def signed_before() -> Statement | None:
    """The last statement that this log's key signed, from the key folder."""
    note = last_signed(Path(settings.KEYS))
    return statement_of(note) if note else None


def statement_of(note: str) -> Statement:
    """What a note states."""
    return parse_checkpoint(parse_note(note).text)


def whole_note(checkpoint: Checkpoint) -> str:
    """The note with every cosignature that came back."""
    return checkpoint.note + "".join(f"{c.line}\n" for c in checkpoint.cosignatures.all())


def signed_checkpoints() -> list[SignedCheckpoint]:
    """Every checkpoint of this database, with its cosignatures."""
    rows = Checkpoint.objects.prefetch_related("cosignatures").order_by("size", "id")
    return [SignedCheckpoint(whole_note(c)) for c in rows]


def last_witnessed() -> Checkpoint | None:
    """The newest checkpoint that another office cosigned."""
    return Checkpoint.objects.exclude(cosignatures=None).order_by("size", "id").last()


def slug(origin: str) -> str:
    """A folder's name for a log or a witness: readable, and different for different names."""
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", origin).strip("-.")[:60]
    return f"{readable}-{hashlib.sha256(origin.encode()).hexdigest()[:8]}"


# --- to the witness and back ----------------------------------------------------------------------


def hand_over(checkpoint: Checkpoint, folder: Path) -> Path:
    """Write a checkpoint for witnesses; returns its folder below `folder`.

    Raises
    ------
    InputProblems
        When the entries no longer have the root that was signed.
    """
    statement = statement_of(checkpoint.note)
    tree = tree_of(statement.size, statement.root)
    if tree is None:
        params = {"size": statement.size, "first": 0, "last": statement.size - 1}
        raise InputProblems([InputProblem("log.checkpoint-mismatch", params=params)])
    place = folder / slug(statement.origin)
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("from-*"):
        old.unlink()
    replace_text(place / "checkpoint", checkpoint.note)
    sizes = Checkpoint.objects.filter(size__lte=statement.size, size__gt=0).order_by("-size")
    for size in [0, *sorted(set(sizes.values_list("size", flat=True)[:MOST_PROOFS]))]:
        proof = tree.consistency(size, statement.size) if size else []
        lines = [f"old {size}", *map(encode64, proof), ""]
        replace_text(place / f"from-{size}", "\n".join(lines) + "\n" + checkpoint.note)
    return place


@dataclass(frozen=True)
class Taken:
    """A cosignature that was taken in."""

    witness: str
    size: int
    new: bool


def take_back(folder: Path, by: Any, trust: list[VerifierKey]) -> list[Taken]:
    """Take in what witnesses wrote into a folder.

    Parameters
    ----------
    trust
        Keys of witnesses that are to count from now on, as they were got from them.

    Raises
    ------
    InputProblems
        For a cosignature that is wrong, of a witness that is not known, or of another checkpoint.
    """
    keys_folder = Path(settings.KEYS)
    fresh = [key for key in trust if trust_witness(keys_folder, key)]
    if fresh:
        with writing(by, "log.witness-trusted") as log:
            for key in fresh:
                log.note("log", own_key().name, {"witness": key.name, "key": str(key)})
    known, problems, taken = witness_keys(keys_folder), [], []
    place = folder / slug(own_key().name)
    for path in sorted(place.glob("by-*")):
        try:
            taken += _take_one(path, known)
        except (Malformed, UnicodeDecodeError) as error:
            problems.append(InputProblem("log.cosignature-bad", path.name, params={"reason": str(error)}))
        except InputProblems as found:
            problems += found.problems
    if not taken and not problems:
        problems.append(InputProblem("log.nothing-to-import", str(place)))
    if problems:
        raise InputProblems(problems)
    return taken


def _take_one(path: Path, known: list[VerifierKey]) -> list[Taken]:
    note = parse_note(path.read_text(encoding="utf-8"))
    statement = parse_checkpoint(note.text)
    checkpoint = next(
        (c for c in Checkpoint.objects.filter(size=statement.size) if parse_note(c.note).text == note.text),
        None,
    )
    if checkpoint is None:
        params = {"size": statement.size, "origin": statement.origin}
        raise InputProblems([InputProblem("log.cosignature-of-another", path.name, params=params)])
    signers = verify_note(note, known)
    if signers.bad:
        raise Malformed("the signature is wrong")
    good = [(key, line) for key, line in signers.good if key in known]
    if not good:
        names = tuple(s.name for s in note.signatures)
        raise InputProblems([InputProblem("log.witness-unknown", path.name, params={"keys": names})])
    return [Taken(key.name, checkpoint.size, _store(checkpoint, line)) for key, line in good]


def _store(checkpoint: Checkpoint, line: Signature) -> bool:
    with transaction.atomic():
        Checkpoint.objects.select_for_update().get(pk=checkpoint.pk)
        # One for each witness: a second one of another second says nothing more.
        if checkpoint.cosignatures.filter(witness=line.name).exists():
            return False
        Cosignature(checkpoint=checkpoint, witness=line.name, line=str(line)).save(force_insert=True)
    return True


def as_note(checkpoint: Checkpoint) -> Note:
    """The parsed note."""
    return parse_note(checkpoint.note)
