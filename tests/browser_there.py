"""Says whether a Chromium is there for the browser tests. Without one `make test` says so and leaves them out,
except where SOUNDINGS_TEST_ALL is set (CI): there it is a failure.
"""

from __future__ import annotations

import os
import shutil
import sys


def chromium() -> str | None:
    """The path of a Chromium or Chrome of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    found = [os.environ.get("SOUNDINGS_CHROMIUM"), *map(shutil.which, names), mac if os.path.exists(mac) else None]  # noqa: PTH110
    return next((path for path in found if path), None)


def main() -> int:
    """0 where the browser tests can run."""
    if chromium():
        return 0
    print("No Chromium or Chrome found: the browser tests do not run. Install one, or set SOUNDINGS_CHROMIUM.")
    return 1 if os.environ.get("SOUNDINGS_TEST_ALL") else 2


if __name__ == "__main__":
    sys.exit(main())
