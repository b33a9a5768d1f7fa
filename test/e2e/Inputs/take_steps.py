"""`python take_steps.py ARTIFACT BATCHES TARGET`: a step on each batch of a pickled list; prints the state's digest."""

import pickle
import sys
from pathlib import Path

import fungible

session = fungible.load(sys.argv[1]).on(sys.argv[3])
for batch in pickle.loads(Path(sys.argv[2]).read_bytes()):
    session.step(batch)
print(session.device.name)
print(session.state_digest())
