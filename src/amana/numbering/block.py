"""Blocks of running numbers, leased so that two offices without a connection never give the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

from amana.problems import InputProblem, InputProblems


@dataclass(frozen=True)
class Block:
    """The running numbers ``first`` to ``last``, both included, of which ``next`` is given next.

    ``next`` is ``last + 1`` when all have been given.

    Raises
    ------
    InputProblems
        ``numbering.bad-block`` unless ``1 <= first <= next <= last + 1``.
    """

    first: int
    last: int
    next: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.next <= self.last + 1:
            params = {"first": self.first, "last": self.last, "next": self.next}
            raise InputProblems([InputProblem("numbering.bad-block", params=params)])

    @classmethod
    def fresh(cls, first: int, last: int) -> Block:
        """A block of which none has been given."""
        return cls(first, last, first)

    @property
    def remaining(self) -> int:
        """How many can still be given."""
        return self.last - self.next + 1

    def take(self, count: int = 1) -> tuple[range, Block]:
        """The next ``count`` numbers, and the block without them.

        Raises
        ------
        InputProblems
            ``numbering.block-exhausted`` where fewer remain, or for a count below one.
        """
        self._need(count)
        return range(self.next, self.next + count), replace(self, next=self.next + count)

    def split(self, count: int) -> tuple[Block, Block]:
        """The block without its last ``count`` numbers, and those as a fresh block for somebody else.

        Only numbers that have not been given move, from the end, so that nothing given changes hands.  All
        that remain can move only from a block of which some have been given: a block has a number in it.

        Raises
        ------
        InputProblems
            ``numbering.block-exhausted`` where that is not possible.
        """
        self._need(count)
        if self.last - count < self.first:
            self._need(self.remaining + 1)
        kept = self.last - count
        return replace(self, last=kept), Block.fresh(kept + 1, self.last)

    def _need(self, count: int) -> None:
        if not 1 <= count <= self.remaining:
            params = {"first": self.first, "last": self.last, "wanted": count, "remaining": self.remaining}
            raise InputProblems([InputProblem("numbering.block-exhausted", params=params)])
