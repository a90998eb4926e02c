"""What is short is done where it is asked for, and what is long in a thread."""

import threading

import pytest

from tuui_sampling.sampling.derived import beside
from tuui_sampling.sampling.derived.beside import BURST, FORGOTTEN, PAUSE, SHORT, beside_the_loop


@pytest.mark.parametrize(("size", "here"), [(0, True), (SHORT, True), (SHORT + 1, False)])
async def test_where_something_is_done(size: int, here: bool) -> None:
    assert (await beside_the_loop(size, threading.get_ident) == threading.get_ident()) is here


async def test_what_fails_in_a_thread_fails_here() -> None:
    with pytest.raises(ZeroDivisionError):
        await beside_the_loop(SHORT + 1, lambda: 1 // 0)


def test_a_thread_that_works_long_pauses_for_the_event_loop_which_never_does(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [100.0], list[float]()

    class Clock:
        """Time that passes only where it is told to."""

        sleep = slept.append

        @staticmethod
        def monotonic() -> float:
            return now[0]

    def work() -> None:
        for _ in range(10):
            beside.pause()
            now[0] += 0.75 * BURST

    monkeypatch.setattr(beside, "time", Clock)
    work()
    assert slept == [], "that was the main thread"
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert slept == [PAUSE] * 4
    slept.clear()
    now[0] += FORGOTTEN  # somebody else was at work meanwhile, or nobody
    short = threading.Thread(target=beside.pause)
    short.start()
    short.join()
    assert slept == []
