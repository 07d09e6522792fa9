"""The other side: an office that watches somebody else's log, without any database of it.

It remembers for each log the last size and root it has seen, and cosigns a later checkpoint only with a
proof that the log merely grew.  The memory stands beside the witness's key: whoever loses the one has lost
the other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amana.casework.audit.logkeys import replace_text, signer
from amana.problems import InputProblem, InputProblems
from amana.provenance import (
    COSIGNATURE,
    Checkpoint,
    Malformed,
    Note,
    SignerKey,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    verify_consistency,
    verify_note,
)
from amana.provenance.signed_note import decode64, encode64


@dataclass(frozen=True)
class Cosigned:
    """What was cosigned: which log, how long, and how long it was the time before (0 for the first time)."""

    origin: str
    size: int
    before: int
    path: Path


class Witness:
    """A witness with its key and its memory.

    Parameters
    ----------
    path
        File of the key; made if there is none.  The memory is the file beside it that ends in ``.seen``.
    name
        Name of a key that is made now.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.key: SignerKey = signer(path, name, COSIGNATURE)
        self._memory = path.with_name(path.name + ".seen")
        self.seen: dict[str, dict[str, Any]] = (
            json.loads(self._memory.read_text("utf-8")) if self._memory.exists() else {}
        )

    def visit(
        self, folder: Path, trust: Mapping[str, VerifierKey], *, begin_anew: bool = False
    ) -> list[Cosigned]:
        """Look at every log in a folder and cosign those that only grew.

        Parameters
        ----------
        trust
            Keys of logs that are seen for the first time, by name, as they were got from their office.
        begin_anew
            Forget what was seen of the logs in this folder: for a log that was restored from a backup, after
            people have talked.

        Raises
        ------
        InputProblems
            For every log that was refused, with the reason; the others are cosigned all the same.
        """
        done, problems = [], []
        places = sorted(path.parent for path in folder.glob("*/checkpoint"))
        if not places:
            problems.append(InputProblem("log.nothing-to-witness", str(folder)))
        for place in places:
            try:
                done.append(self._visit(place, trust, begin_anew))
            except (Malformed, UnicodeDecodeError) as error:
                params = {"reason": str(error)}
                problems.append(InputProblem("log.checkpoint-unreadable-file", place.name, params=params))
            except InputProblems as found:
                problems += found.problems
        if problems:
            raise WitnessRefused(problems, done)
        return done

    def _visit(self, place: Path, trust: Mapping[str, VerifierKey], begin_anew: bool) -> Cosigned:
        note = parse_note((place / "checkpoint").read_text(encoding="utf-8"))
        statement = parse_checkpoint(note.text)
        known = self.seen.get(statement.origin)
        if begin_anew and known is not None:
            before = [*known.get("before", []), {k: known[k] for k in ("size", "root", "at")}]
            known = {"key": known["key"], "size": 0, "root": "", "at": "", "before": before}
        key = self._key_of(statement, known, trust)
        if not (signers := verify_note(note, [key])).accepted:
            code = "log.signature-bad" if signers.bad else "log.signature-unknown"
            params = {"size": statement.size, "key": key.name, "keys": [s.name for s in note.signatures]}
            raise InputProblems([InputProblem(code, place.name, params=params)])
        before = known["size"] if known else 0
        if before:
            assert known is not None
            self._check_growth(place, note, statement, known)
        now = int(time.time())
        line = self.key.sign(note.text, now)
        # The memory first: a cosignature that was given and forgotten could be given to another history.
        self.seen[statement.origin] = {
            "key": str(key),
            "size": statement.size,
            "root": encode64(statement.root),
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
            "before": known.get("before", []) if known else [],
        }
        replace_text(self._memory, json.dumps(self.seen, indent=1, sort_keys=True) + "\n")
        path = place / f"by-{self.key.verifier.id.hex()}"
        replace_text(path, str(Note(note.text, (line,))))
        return Cosigned(statement.origin, statement.size, before, path)

    def _key_of(
        self, statement: Checkpoint, known: Mapping[str, Any] | None, trust: Mapping[str, VerifierKey]
    ) -> VerifierKey:
        if known is not None:
            return VerifierKey.parse(known["key"])
        if statement.origin in trust:
            return trust[statement.origin]
        raise InputProblems([InputProblem("log.new-to-witness", params={"origin": statement.origin})])

    def _check_growth(self, place: Path, note: Note, statement: Checkpoint, known: Mapping[str, Any]) -> None:
        """Refuse unless the log only grew since it was last seen."""
        seen = {"origin": statement.origin, "size": statement.size, "seen": known["size"], "at": known["at"]}
        if statement.size < known["size"]:
            raise InputProblems([InputProblem("log.witness-shrunk", place.name, params=seen)])
        body = place / f"from-{known['size']}"
        if not body.exists():
            raise InputProblems([InputProblem("log.witness-no-proof", place.name, params=seen)])
        head, _, rest = body.read_text(encoding="utf-8").partition("\n\n")
        lines = head.split("\n")
        if lines[0] != f"old {known['size']}" or parse_note(rest).text != note.text:
            raise Malformed("the proof is of another checkpoint")
        proof = [decode64(line) for line in lines[1:]]
        old_root = decode64(known["root"])
        if not verify_consistency(known["size"], statement.size, proof, old_root, statement.root):
            raise InputProblems([InputProblem("log.witness-rewritten", place.name, params=seen)])


class WitnessRefused(InputProblems):
    """Some logs were refused; `done` names those that were cosigned all the same."""

    def __init__(self, problems: list[InputProblem], done: list[Cosigned]) -> None:
        super().__init__(problems)
        self.done = done
