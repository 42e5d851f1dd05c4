"""A report as plain, aligned text for people. Texts are somebody else's: control characters in them are not printed.

Knows nothing of how figures are made.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nlp.measuring.acts import ActReport
from nlp.measuring.confidence import Bin, Covered
from nlp.measuring.figures import ClassFigures, Estimate
from nlp.measuring.moods import MoodReport
from nlp.measuring.places import PlaceReport
from nlp.measuring.surest import Mistake
from nlp.measuring.tallies import Report
from nlp.measuring.topics import TopicReport
from nlp.measuring.yesno import YesNoReport

LONGEST_SHOWN = 240
Rows = Sequence[Sequence[str]]


def lines_of(report: Report) -> Iterator[str]:
    """All of a report."""
    shown: dict[type, Callable[[Any], Iterator[str]]] = {
        MoodReport: _moods,
        ActReport: _acts,
        TopicReport: _topics,
        PlaceReport: _places,
        YesNoReport: _yes_no,
    }
    yield from shown[type(report)](report)


def errors(mistakes: Sequence[Mistake]) -> Iterator[str]:
    """The surest errors, one under the other."""
    yield from ("", "Surest errors")
    for one in mistakes:
        yield f"  {one.confidence:.2f}  people: {one.people or 'nothing'}; reader: {one.reader or 'nothing'}"
        yield f"        {printable(one.text)}"
    if not mistakes:
        yield "  none"


def printable(text: str) -> str:
    """On one line, cut, and without what a terminal would obey."""
    flat = " ".join(text[: LONGEST_SHOWN * 4].split())
    safe = "".join(one for one in flat if unicodedata.category(one) not in ("Cc", "Cf", "Cs") or one == "\u200d")
    return safe if len(safe) <= LONGEST_SHOWN else safe[: LONGEST_SHOWN - 1] + "…"


def table(rows: Rows) -> Iterator[str]:
    """Columns under each other: the first to the left, figures to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        yield ("  " + "  ".join(cells)).rstrip()


def figure(value: float | None) -> str:
    """Three places, or a dash."""
    return "-" if value is None else f"{value:.3f}"


def estimate(one: Estimate) -> str:
    """`0.612 [0.580, 0.643]`"""
    if one.value is None:
        return "-"
    return f"{one.value:.3f} [{figure(one.low)}, {figure(one.high)}]"


def _head(*pairs: tuple[str, str]) -> Iterator[str]:
    width = max(len(name) for name, _ in pairs)
    yield from (f"  {name:<{width}}  {value}" for name, value in pairs)


def _classes(classes: Mapping[str, ClassFigures], more: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[str]:
    extra = more or {}
    rows = [["", "precision", "recall", "F1", *extra, "n", "said"]]
    for name, one in classes.items():
        beside = [column.get(name, "-") for column in extra.values()]
        rows.append(
            [name, figure(one.precision), figure(one.recall), figure(one.f1), *beside, str(one.n), str(one.said)]
        )
    yield from table(rows)


def _bins(bins: Sequence[Bin]) -> Iterator[str]:
    rows = [["confidence", "texts", "mean", "right"]]
    rows += [
        [f"{one.low:.2f} to {one.high:.2f}", str(one.n), figure(one.confidence), figure(one.right)] for one in bins
    ]
    yield from ("", "Calibration: of answers given with such a confidence, the share that is right")
    yield from table(rows)


def _coverage(covered: Sequence[Covered]) -> Iterator[str]:
    rows = [["confidence from", "share of texts", "right"]]
    rows += [[f"{one.least:.1f}", figure(one.share), figure(one.right)] for one in covered]
    yield from ("", "Coverage: what would be left if less sure answers were not shown")
    yield from table(rows)


def _moods(report: MoodReport) -> Iterator[str]:
    yield from _head(
        ("macro recall (SemEval-2017)", estimate(report.macro_recall)),
        ("macro F1", estimate(report.macro_f1)),
        ("accuracy", estimate(report.accuracy)),
        ("F1 of positive and negative", figure(report.f1_of_both)),
        ("calibration error (ECE)", figure(report.ece)),
        ("called clear", estimate(report.clear)),
        ("accuracy when clear", estimate(report.accuracy_when_clear)),
        ("accuracy when unclear", estimate(report.accuracy_when_unclear)),
    )
    yield from _differ(report.differ, "sentiment", report.with_one_of_them)
    yield from ("", "Each sentiment")
    yield from _classes(report.classes)
    yield from ("", "What people say (rows), what the reader says (columns)")
    columns = list(report.confusion)
    yield from table(
        [["", *columns], *([true, *(str(said[one]) for one in columns)] for true, said in report.confusion.items())]
    )
    yield from _bins(report.bins)
    yield from _coverage(report.coverage)


def _acts(report: ActReport) -> Iterator[str]:
    yield from _head(
        ("macro F1", estimate(report.macro_f1)),
        ("macro F1 without other", estimate(report.macro_f1_of_ten)),
        ("macro recall", estimate(report.macro_recall)),
        ("macro average precision", figure(report.macro_average_precision)),
        ("exactly the same acts", estimate(report.same_set)),
    )
    yield from ("", "Each act (AP: average precision; differ: texts left out because people differ)")
    precise = {act: figure(value) for act, value in report.average_precision.items()}
    differ = {act: str(n) for act, n in report.differ.items()}
    yield from _classes(report.classes, {"AP": precise, "differ": differ})


def _topics(report: TopicReport) -> Iterator[str]:
    yield from _head(
        ("first topic right", estimate(report.accuracy)),
        ("the same, with also accepted", estimate(report.accuracy_with_also)),
        ("any of up to three right", estimate(report.any_of_three)),
        ("the same, with also accepted", estimate(report.any_of_three_with_also)),
        ("macro F1 of the first topic", estimate(report.macro_f1)),
        ("macro recall of the first topic", estimate(report.macro_recall)),
        ("calibration error (ECE)", figure(report.ece)),
    )
    yield from _differ(report.differ, "main topic", report.with_one_of_them)
    yield from ("", "Each topic (the first one that is said)")
    yield from _classes(report.classes)
    yield from ("", "Most often confused")
    yield from table(
        [["people", "reader", "texts"], *([true, said or "nothing", str(n)] for true, said, n in report.confused)]
    )
    yield from _bins(report.bins)
    yield from _coverage(report.coverage)


def _differ(differ: int, what: str, with_one: int) -> Iterator[str]:
    if differ:
        yield f"  On {differ} more texts people differ about the {what}: on {with_one} of them the reader is with one."


def _places(report: PlaceReport) -> Iterator[str]:
    yield from _head(
        ("places named", str(report.named)),
        ("recall", estimate(report.recall)),
        ("precision", estimate(report.precision)),
        ("F1", figure(report.f1)),
        ("texts with exactly their places", estimate(report.all_right)),
    )
    if report.differ:
        yield f"  On {report.differ} more places people differ."
    for title, counted in (("Most often missed", report.missed), ("Most often found and not there", report.invented)):
        if counted:
            yield from ("", title, *table([["place", "texts"], *([place, str(n)] for place, n in counted)]))


def _yes_no(report: YesNoReport) -> Iterator[str]:
    yield from _head(
        (f"F1 of {report.only}", estimate(report.f1)),
        ("precision", estimate(report.precision)),
        ("recall", estimate(report.recall)),
        ("accuracy", estimate(report.accuracy)),
        ("macro F1 of yes and no", estimate(report.macro_f1)),
        ("AUC", estimate(report.auc)),
        ("average precision", figure(report.average_precision)),
        ("texts that have a confidence", figure(report.scored)),
    )
    if report.differ:
        yield f"  On {report.differ} more texts people differ."
    yield ""
    yield from _classes(report.classes)
