"""How much of what points at a person is masked, measured on 500 written texts, both halves apart.

python -m tests.masking          # the figures
python -m tests.masking --errors # and every error of the half that may be looked at
"""

from __future__ import annotations

import argparse

from tests.masking.measure import KINDS, OURS, Figures, count, errors, marked


def main() -> None:
    """Print the figures."""
    given = argparse.ArgumentParser(prog="python -m tests.masking", description=__doc__)
    given.add_argument("--errors", action="store_true", help="every error of the half that may be looked at")
    texts = list(marked())
    looked_at = [one for one in texts if one.looked_at]
    if given.parse_args().errors:
        print("\n".join(errors(looked_at)), end="\n\n")
    show(count(looked_at), count([one for one in texts if not one.looked_at]))


def show(looked_at: Figures, only_counted: Figures) -> None:
    """A line for each kind, a column for each half."""
    halves = (looked_at, only_counted)
    print(f"{'':32}{'looked at':>16}{'only counted':>18}")
    print(f"{'texts':32}{looked_at.texts:16}{only_counted.texts:18}")
    for kind in KINDS:
        name = "ours, kept" if kind == OURS else f"{kind}, masked"
        first, second = (f"{half.masked[kind]}/{half.there[kind]} {half.recall(kind):6.1%}" for half in halves)
        print(f"{name:32}{first:>16}{second:>18}")
    print("\nmasked where nothing was to be")
    rows = (
        ("texts with nothing to mask", *(str(half.bare) for half in halves)),
        ("  pieces", *(str(half.false_in_bare) for half in halves)),
        ("  pieces in 100 texts", *(f"{half.false_alarms:.1f}" for half in halves)),
        ("  letters", *(str(half.letters_in_bare) for half in halves)),
        ("pieces in the other texts", *(str(half.false_in_others) for half in halves)),
    )
    for name, first, second in rows:
        print(f"{name:32}{first:>16}{second:>18}")


if __name__ == "__main__":
    main()
