"""How much memory the process has taken."""

import re
import resource
import sys
from pathlib import Path


def peak_rss_mb() -> float:
    """The largest resident set so far, in MiB."""
    try:
        # What getrusage says is on Linux at least what the parent had when it started this process.
        return int(re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)[1]) / 2**10
    except (OSError, TypeError):
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
