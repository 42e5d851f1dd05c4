"""Where the weights of merging come from: `python -m tests.merging_weights` fits them anew to the labelled sample.

Logistic regression on all pairs of questions of the weeks that are not held out (tests/hearing.py), and the sum from
which merging these weeks comes out best. Whoever changes the reader runs it and writes what it prints into
`store/talk/merging.py`; `make hearing` says what it is worth on the two weeks between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from store.talk import merging
from store.talk.asked import Question, questions
from store.talk.merging import grouped, in_order
from store.talk.said import threads
from tests.hearing import held_out, labels, said

Numbers = NDArray[np.float64]
PRIOR = {
    "words": 15.3, "meaning": 11.7, "same place": 2.1, "other place": -0.45, "same ward": 0.85, "other service": -1.5,
    "same kind of answer": 1.7, "other kind of answer": -3.2, "same thread": 6.2, "within hours": 2.5,
    "weeks apart": -1.9,
}  # fmt: skip
"""What was found with the first reader, of word lists, and is believed until pairs say otherwise."""
AGAINST = -8.2
PENALTY = 0.5
"""Of the squares of what a weight moves away from that: the pairs are few."""
STEPS = 60
LEASTS = tuple(round(4.0 + 0.1 * step, 1) for step in range(90))
"""Sums that are tried."""


def heard() -> list[Question]:
    """The questions that are heard in those weeks, and have a label."""
    posts = [post for post in said() if not held_out(post)]
    return [one for one in in_order(questions(threads(posts))) if one.post.id in labels()]


def fit(marks: Numbers, same: Numbers, before: Numbers) -> Numbers:
    """Weights (marks,) and, last, what speaks against any pair: Newton's steps. marks: (pairs, marks)."""
    given = np.hstack([marks, np.ones((len(marks), 1))])
    penalty = np.full(given.shape[1], PENALTY)
    penalty[-1] = 0
    weights = before.copy()
    for _ in range(STEPS):
        shares = 1 / (1 + np.exp(-(given @ weights)))
        slope = given.T @ (shares - same) + penalty * (weights - before)
        bend = (given * (shares * (1 - shares))[:, None]).T @ given + np.diag(penalty + 1e-9)
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def score(near: NDArray[np.float32], asked: Sequence[Question], group: Sequence[str]) -> tuple[float, float]:
    """Best F1 of the pairs that merging puts together, and the sum from which it does."""
    at, alone = [one.post.happened_at for one in asked], [False] * len(asked)
    first, second = np.triu_indices(len(asked), 1)
    names = np.array(group)
    true = names[first] == names[second]
    found = []
    kept = merging.NEAR
    for least in LEASTS:
        merging.NEAR = least
        of = np.zeros(len(asked), dtype=int)
        for number, members in enumerate(grouped(near, at, alone)):
            of[members] = number
        said_so = of[first] == of[second]
        right = float((true & said_so).sum())
        found.append((2 * right / max(1.0, float(true.sum() + said_so.sum())), least))
    merging.NEAR = kept
    return max(found)


def fitted() -> tuple[Mapping[str, float], float, float]:
    """Weights by name, the least sum, and the F1 of pairs that they reach on what they were fitted to."""
    asked = heard()
    group = [labels()[one.post.id].group for one in asked]
    first, second = np.triu_indices(len(asked), 1)
    all_marks = list(merging._marks(asked))
    columns = np.stack([np.asarray(mark, dtype=np.float64)[first, second] for _, mark in all_marks], axis=1)
    names = np.array(group)
    before = np.array([*(PRIOR[name] for name, _ in all_marks), AGAINST])
    weights = fit(columns, (names[first] == names[second]).astype(np.float64), before)
    near = sum(np.float32(weight) * mark for weight, (_, mark) in zip(weights[:-1], all_marks, strict=True))
    best, least = score(np.asarray(near, dtype=np.float32), asked, group)
    return {name: float(weight) for (name, _), weight in zip(all_marks, weights[:-1], strict=True)}, least, best


def main() -> None:
    """Print them, beside those that stand there."""
    weights, least, best = fitted()
    for name, weight in weights.items():
        print(f"{name:20s} {weight:6.2f}   (now {merging.WEIGHTS[name]:6.2f})")
    print(f"NEAR {least:.1f} (now {merging.NEAR}): F1 of the pairs {best:.2f} on the weeks that it was fitted to")


if __name__ == "__main__":
    main()
