"""`status.py CODE COMMAND...`: runs a command; fails unless it leaves with CODE, having said one line."""

import subprocess
import sys

expected, *command = sys.argv[1:]
done = subprocess.run(command, capture_output=True, text=True)
sys.stdout.write(done.stdout + done.stderr)
lines = (done.stdout + done.stderr).count("\n")
if done.returncode != int(expected) or lines != 1:
    sys.exit(f"left with {done.returncode} and {lines} lines, expected {expected} and one line")
