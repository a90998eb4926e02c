"""What is short is done where it is asked for, and what is long in a thread."""

import threading

import pytest

from tuui_sampling.sampling.derived.beside import SHORT, beside_the_loop


@pytest.mark.parametrize(("size", "here"), [(0, True), (SHORT, True), (SHORT + 1, False)])
async def test_where_something_is_done(size: int, here: bool) -> None:
    assert (await beside_the_loop(size, threading.get_ident) == threading.get_ident()) is here


async def test_what_fails_in_a_thread_fails_here() -> None:
    with pytest.raises(ZeroDivisionError):
        await beside_the_loop(SHORT + 1, lambda: 1 // 0)
