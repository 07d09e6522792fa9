"""The log of everything that was written or opened, and how anyone can show that it was not changed.

RFC 6962 tree, C2SP signed notes, checkpoints and cosignatures, entries with salted digests, the export of a
log and its verification.  ``tools/verify_log.py`` verifies an export without Amana; the formats are in
``docs/methods/log.md``.
"""

from amana.provenance.checkpoint import Checkpoint, parse_checkpoint
from amana.provenance.entry import (
    DELETED,
    ERASED,
    SUBJECT,
    Entry,
    canonical,
    digest,
    digests_of,
    leaf_bytes,
    new_nonce,
    parse_leaf,
    plain,
    salt_of,
)
from amana.provenance.export_format import (
    Header,
    LoggedEntry,
    Row,
    SignedCheckpoint,
    export_line,
    read_export,
    write_export,
)
from amana.provenance.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from amana.provenance.report import Finding, Report, VerifiedCheckpoint
from amana.provenance.signed_note import (
    COSIGNATURE,
    SIGNATURE,
    Malformed,
    Note,
    Signature,
    SignerKey,
    Signers,
    VerifierKey,
    cosigned_at,
    parse_note,
    sign_note,
    verify_note,
)
from amana.provenance.verification import (
    LogVerifier,
    verify_export,
    verify_log,
)

__all__ = [
    "COSIGNATURE",
    "DELETED",
    "EMPTY_ROOT",
    "ERASED",
    "SIGNATURE",
    "SUBJECT",
    "Checkpoint",
    "Entry",
    "Finding",
    "Frontier",
    "Header",
    "LogVerifier",
    "LoggedEntry",
    "Malformed",
    "Note",
    "Report",
    "Row",
    "Signature",
    "SignedCheckpoint",
    "SignerKey",
    "Signers",
    "VerifiedCheckpoint",
    "VerifierKey",
    "canonical",
    "consistency_proof",
    "cosigned_at",
    "digest",
    "digests_of",
    "export_line",
    "inclusion_proof",
    "leaf_bytes",
    "leaf_hash",
    "new_nonce",
    "node_hash",
    "parse_checkpoint",
    "parse_leaf",
    "parse_note",
    "plain",
    "read_export",
    "root_of",
    "salt_of",
    "sign_note",
    "verify_consistency",
    "verify_export",
    "verify_inclusion",
    "verify_log",
    "verify_note",
    "write_export",
]
