"""What a round did not find, and what of it is believed."""

from __future__ import annotations

from listeners.absence import SEVERAL, TIMES
from listeners.missing import Missing

HERE, THERE = "a.example", "b.example"
MANY = [f"n{number}" for number in range(SEVERAL)]


def ended(state: object, shown: list[str], absent: list[str], host: str = HERE) -> tuple[list[str], int, Missing]:
    """One round, as after a start, a question a post."""
    missing = Missing(state if isinstance(state, dict) else {})
    for name in absent:
        missing.answered(host, [], [name])
        missing = Missing(missing.state)
    missing.answered(host, shown, [])
    gone, doubtful = missing.judged()
    missing.end()
    return gone, doubtful, missing


def test_a_few_of_a_server_that_shows_others_are_gone() -> None:
    gone, doubtful, missing = ended({}, ["x"], MANY[1:])
    assert (gone, doubtful, missing.state) == (MANY[1:], 0, {})


def test_many_are_gone_after_three_rounds_in_a_row() -> None:
    missing = Missing({})
    for _ in range(TIMES - 1):
        gone, doubtful, missing = ended(missing.state, ["x"], MANY)
        assert gone == [] and doubtful == SEVERAL
    assert ended(missing.state, ["x", "n0"], [*MANY[1:], "n9"])[0] == MANY[1:]
    _, _, missing = ended(missing.state, ["x"], [])
    assert missing.state == {}, "whatever came between begins anew"


def test_a_server_that_shows_nothing_is_believed_for_a_few_and_late() -> None:
    found, missing = [], Missing({})
    for _ in range(TIMES):
        gone, _, missing = ended(missing.state, [], ["n0"])
        found.append(gone)
    assert found == [[], [], ["n0"]]
    for _ in range(TIMES + 2):
        gone, doubtful, missing = ended(missing.state, [], MANY)
        assert gone == [] and doubtful == SEVERAL


def test_servers_are_judged_apart_and_what_is_shown_later_in_a_round_is_there() -> None:
    missing = Missing({})
    missing.answered(HERE, ["x"], MANY[:3])
    missing.answered(THERE, ["y"], MANY[3:])
    missing.answered(HERE, ["n0"], ["n1"])
    assert missing.judged() == (MANY[1:], 0)


def test_what_proves_nothing_is_dropped_and_counts_for_no_round() -> None:
    missing = Missing({})
    missing.answered(HERE, ["x"], MANY[1:])
    missing.drop()
    assert missing.judged() == ([], 0) and missing.state == {}
