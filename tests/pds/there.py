"""Says whether the real Bluesky server of the tests marked `pds` can run. Without it `make test` says so and leaves
them out, except where SOUNDINGS_TEST_ALL is set (CI): there it is a failure.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def node() -> str | None:
    """The path of a Node.js of this machine, when the server is installed beside it."""
    installed = (FOLDER / "node_modules" / "@atproto" / "pds" / "package.json").exists()
    return shutil.which("node") if installed else None


def main() -> int:
    """0 where the tests can run."""
    if node():
        return 0
    print("No Bluesky server (PDS) is installed: its tests do not run. `make pds` installs it (Node 18 or newer, npm).")
    return 1 if os.environ.get("SOUNDINGS_TEST_ALL") else 2


if __name__ == "__main__":
    sys.exit(main())
