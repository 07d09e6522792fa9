"""Progress is a bar on a terminal and plain lines elsewhere."""

import io

import pytest

from amana.cli import progress
from amana.cli.progress import Progress, track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_there_are_plain_lines_only() -> None:
    stream = io.StringIO()
    assert list(track([1, 2, 3], "families", stream)) == [1, 2, 3]
    first, last = stream.getvalue().splitlines()
    assert first == "families ..."
    assert last.startswith("families 3/3 ")
    assert "\r" not in stream.getvalue()


def test_on_a_terminal_one_line_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_REDRAW", 0.0)
    stream = Terminal()
    with Progress("families", 4, stream) as shown:
        shown.advance(1, "F1")
        shown.advance(3)
    drawn = stream.getvalue().split("\r\x1b[K")
    assert drawn[2] == f"families [{'#' * 6}{'.' * 18}] 1/4 F1"
    assert drawn[3] == f"families [{'#' * 24}] 4/4"
    assert stream.getvalue().count("\n") == 1


def test_work_that_stops_says_how_far_it_came() -> None:
    stream = io.StringIO()

    def stop_after_one() -> None:
        with Progress("families", 3, stream) as shown:
            shown.advance()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_after_one()
    assert stream.getvalue().splitlines()[-1].startswith("families 1/3 ")
    assert stream.getvalue().splitlines()[-1].endswith("(stopped)")


def test_a_total_of_nothing_and_an_unknown_total_are_shown() -> None:
    for total in (0, None):
        stream = Terminal()
        with Progress("families", total, stream) as shown:
            shown.advance(0)
        assert "families" in stream.getvalue()
