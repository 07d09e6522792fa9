"""What other stations are told, inside the transaction in which it happens."""

from __future__ import annotations

from django.dispatch import Signal

hazard_fell = Signal()
"""A site that could be released can no longer be: missions there must stop.

Sent with ``site`` (as it is now), ``log`` (of the same transaction: what the receiver writes stands or falls
with it) and ``why`` (a short key: ``hazard``, ``waiver``).
"""

authorisation_fell = Signal()
"""The last authorisation of a site was withdrawn.  Sent with ``site``, ``log`` and ``why``, as above."""
