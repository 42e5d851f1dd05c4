"""Who writes when: held by threads that really wait."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from store.turns import Turns
from tests.waiting import wait_until


def test_an_order_goes_before_every_batch_that_waits_however_long() -> None:
    turns, gone = Turns(), list[str]()

    def take(turn: AbstractContextManager[None], name: str) -> None:
        with turn:
            gone.append(name)

    with ThreadPoolExecutor(8) as threads:
        with turns.posts():
            done: list[Future[None]] = [threads.submit(take, turns.posts(), "posts") for _ in range(4)]
            wait_until(lambda: turns.waiting == (0, 4), "the batches to wait")
            done += [threads.submit(take, turns.order(), "order") for _ in range(2)]
            wait_until(lambda: turns.waiting == (2, 4), "the orders to wait")
            assert gone == []
        for each in done:
            each.result(10)
    assert gone == ["order", "order", "posts", "posts", "posts", "posts"]


def test_a_turn_ends_when_its_work_fails() -> None:
    turns = Turns()
    for turn in (turns.posts, turns.order):
        with pytest.raises(ZeroDivisionError), turn():
            raise ZeroDivisionError
    with turns.order():
        assert turns.waiting == (0, 0)
