"""Identifiers are of version 7, in order, and never the same twice."""

from __future__ import annotations

import threading
import time

from amana.casework.common.ids import new_id


def test_identifiers_are_in_the_order_in_which_they_were_made():
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(u.version, u.variant) for u in made} == {(7, "specified in RFC 4122")}


def test_an_identifier_says_when_it_was_made():
    before = time.time_ns() // 1_000_000
    made = new_id().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000 + 5


def test_threads_never_make_the_same():
    made: list[list[object]] = [[] for _ in range(8)]
    threads = [threading.Thread(target=lambda m=m: m.extend(new_id() for _ in range(2000))) for m in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({u for part in made for u in part}) == 16_000
