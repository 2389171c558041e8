import os
import signal
import threading

import pytest

from lstm_course.sentiment.interrupt import noting_interrupt


@pytest.fixture(autouse=True)
def sigint_as_it_was():
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def press():
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_is_noted_and_the_second_is_what_it_always_is():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with noting_interrupt() as interrupted:
        assert not interrupted()
        press()
        assert interrupted()
        with pytest.raises(KeyboardInterrupt):
            press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_is_ignored_stays_ignored():
    """As in a job that a script has started by ``&``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with noting_interrupt() as interrupted:
        press()
        assert not interrupted()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_handler_that_is_not_pythons_is_left_alone(monkeypatch):
    kept = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(signal, "getsignal", lambda number: None)
        with noting_interrupt() as interrupted:
            assert not interrupted()
    assert signal.getsignal(signal.SIGINT) is kept


def test_outside_the_main_thread_nothing_is_noted():
    seen = []

    def work():
        with noting_interrupt() as interrupted:
            seen.append(interrupted())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]
