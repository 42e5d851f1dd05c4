"""`make bench`: timed claims, side by side in one run, printed as ratios. The machine is noisy: trust the ratios."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from tests import bench_bluesky, bench_delay, bench_delivery, bench_places, bench_reading, bench_talk

REPEATS = 15


def median(run: Callable[[], object]) -> float:
    """Median seconds of one run."""
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def python(*arguments: str) -> Callable[[], object]:
    """A run of this Python."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print each claim with its ratio."""
    bare = median(python("-c", "pass"))
    helped = median(python("-m", "soundings", "--help"))
    bench_delivery.main()
    bench_bluesky.main()
    bench_delay.main()
    bench_talk.main()
    bench_places.main()
    bench_reading.main()
    print(f"soundings --help takes {helped / bare:.2f} times `python -c pass` (claim: under 3)")


if __name__ == "__main__":
    main()
