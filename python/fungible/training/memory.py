"""How much memory the process has taken."""

import resource
import sys


def peak_rss_mb() -> float:
    """The largest resident set so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
