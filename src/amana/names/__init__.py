"""Names, telephone numbers and document numbers brought to one form for searching and indexing.

A folded text is a key, never a replacement: what was written stays as it was written.
"""

from amana.names.document_number import fold_document_number
from amana.names.folding import fold, fold_letters, fold_tokens, lam_alef_key
from amana.names.phone import fold_phone

__all__ = ["fold", "fold_document_number", "fold_letters", "fold_phone", "fold_tokens", "lam_alef_key"]
