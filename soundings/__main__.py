"""`python -m soundings` is `soundings`."""

import sys

from soundings.cli import main

if __name__ == "__main__":
    sys.exit(main())
